import type { ListenFilter } from '../../../servers/index.js';
import { notification } from '../../../shared/jsonrpc/index.js';
import type { Caller } from '../../sessions/caller.js';
import { PROTOCOL_META } from '../../sessions/stateless-client.js';
import { includes, type ListName } from './listen-filter.js';
import type { ModernExchange } from './modern-exchange.js';

const SUBSCRIPTION = `${PROTOCOL_META}subscriptionId`;

/** One client that listens, on the stream of the request by which it asked to. */
export class Listen {
  private lists: ListenFilter = {};
  private isAcknowledged = false;
  private readonly closers: (() => void)[] = [];

  constructor(private readonly exchange: ModernExchange) {}

  get caller(): Caller {
    return this.exchange.caller;
  }

  acknowledge(lists: ListenFilter, resourceSubscriptions: readonly string[] | undefined): void {
    if (this.exchange.isOver) return;
    const notifications = { ...lists, ...(resourceSubscriptions && { resourceSubscriptions }) };
    this.lists = lists;
    this.isAcknowledged = true;
    this.say('notifications/subscriptions/acknowledged', { notifications });
  }

  listChanged(list: ListName): void {
    if (includes(this.lists, list)) this.say(`notifications/${list}/list_changed`, {});
  }

  /** @param uri as this client knows the resource. */
  resourceUpdated(uri: string): void {
    this.say('notifications/resources/updated', { uri });
  }

  /** Runs when nobody listens any more; at once when that is so already. */
  onClose(closer: () => void): void {
    if (this.exchange.isOver) closer();
    else this.closers.push(closer);
  }

  close(): void {
    for (const closer of this.closers.splice(0)) closer();
  }

  /** Tells the client that the stream ends because the gateway wants it to. */
  end(): void {
    const _meta = { [SUBSCRIPTION]: this.exchange.id };
    this.exchange.succeed(JSON.stringify({ resultType: 'complete', _meta }));
  }

  private say(method: string, params: Readonly<Record<string, unknown>>): void {
    if (!this.isAcknowledged || this.exchange.isOver) return;
    const _meta = { [SUBSCRIPTION]: this.exchange.id };
    this.exchange.reply.message(notification(method, { ...params, _meta }));
  }
}
