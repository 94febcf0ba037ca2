import type { Link, ModernLink } from '../../servers/index.js';
import type { Edit, Frame } from '../../shared/jsonrpc/index.js';
import type { ServerRecord } from '../routing/sources.js';
import type { OwnLink } from '../sessions/own-link.js';
import type { Session } from '../sessions/session.js';
import { asSessionResponse } from './era-edits.js';
import { attempt, type Exchange } from './exchange.js';
import { editsBack, toNextServer, type Forward } from './forward.js';
import type { Links } from './links.js';
import { ListCache, type ListQuestion } from './list-cache.js';
import { Patience } from './patience.js';
import { inTurn, isAlone, isLimited } from './pooling.js';
import { StatelessUpstream } from './stateless-upstream.js';
import type { UpstreamMessages } from './upstream-messages.js';

/** A call on a session's own link ends after so long, ms, or ten time-outs, also when a person still thinks. */
const MOST_PATIENCE_MS = 900_000;

const NO_EDITS: readonly Edit[] = [];

/** Carries requests over links and their answers back. */
export class Forwarder {
  private readonly lists = new ListCache();
  private readonly stateless: StatelessUpstream;

  constructor(
    private readonly links: Links,
    private readonly messages: UpstreamMessages,
  ) {
    this.stateless = new StatelessUpstream(messages);
  }

  forward(exchange: Exchange<Session>, forward: Forward): void {
    const { session } = exchange;
    exchange.serverId = forward.server.id;
    session.exclusive ||= forward.ownLink === true;
    session.logLevel = forward.logLevel ?? session.logLevel;
    if (!isLimited(forward.server, exchange.method)) return this.begin(exchange, forward);
    inTurn(this.links.turns, exchange, forward.server, () => this.begin(exchange, forward));
  }

  private begin(exchange: Exchange<Session>, forward: Forward): void {
    const own = this.ownLink(exchange, forward);
    const link = own ? (own.link ?? own.opening) : this.links.sharedLink(forward.server);
    if (!(link instanceof Promise)) return this.send(exchange, forward, link, own);
    link.then(
      (open) => attempt(exchange, () => this.send(exchange, forward, open, own)),
      (error: unknown) => attempt(exchange, () => this.failed(exchange, forward, error)),
    );
  }

  /** What the request must not share with others. What goes on after its call, such as a task, is the session's. */
  private ownLink(exchange: Exchange<Session>, { server, ownLink }: Forward): OwnLink | undefined {
    const { session, method } = exchange;
    if (server.pool !== 'call' || ownLink || !isAlone(server, method)) {
      return this.links.ownFor(session, server, this.messages);
    }
    const once = this.links.once(session, server, this.messages);
    exchange.finally(() => once.close('its call is over'));
    return once;
  }

  private send(exchange: Exchange<Session>, forward: Forward, link: Link, own: OwnLink | undefined): void {
    exchange.sent();
    const { server, isList } = forward;
    const { listChanges } = link;
    const asked = isList && !link.exclusive ? { server, link, method: exchange.method, listChanges } : undefined;
    const kept = asked && this.lists.get(asked);
    if (kept) return exchange.succeed(kept);
    if (link.era === 'modern') return this.sendStateless(exchange, forward, link, asked);
    if (own) this.accompany(exchange, forward, own);
    const { signal } = exchange;
    const { timeoutMs } = server;
    const maxMs = link.exclusive ? Math.max(10 * timeoutMs, MOST_PATIENCE_MS) : 10 * timeoutMs;
    const patience = link.exclusive ? maxMs : timeoutMs;
    const options = { edits: forward.edits ?? NO_EDITS, sink: exchange, timeoutMs: patience, maxMs, signal };
    link.call(exchange.request, options).then(
      (response) => attempt(exchange, () => this.answered(exchange, forward, response, asked)),
      (error: unknown) => attempt(exchange, () => this.failed(exchange, forward, error)),
    );
  }

  private sendStateless(
    exchange: Exchange<Session>,
    forward: Forward,
    link: ModernLink,
    asked: ListQuestion | undefined,
  ): void {
    const { method } = exchange;
    const { back } = forward;
    const translated = {
      ...forward,
      back: (response: Frame, server: ServerRecord) => [
        ...(back?.(response, server) ?? []),
        ...asSessionResponse(response, method),
      ],
    };
    this.stateless.carry(exchange, forward, link, {
      answered: (response) => this.answered(exchange, translated, response, asked),
      failed: (error) => this.failed(exchange, forward, error),
    });
  }

  /** What the upstream says on the session's own link while the call runs is told beside the call. */
  private accompany(exchange: Exchange<Session>, { server }: Forward, own: OwnLink): void {
    const { session, reply } = exchange;
    const isAsked = () => session.questions.areOpen(own);
    const patience = new Patience(server.timeoutMs, isAsked, (limitMs) => exchange.timeOut(limitMs));
    own.replies.add(reply);
    exchange.finally(() => {
      own.replies.delete(reply);
      patience.stop();
    });
    exchange.onUpstreamMessage = (frame) => {
      patience.restart();
      this.messages.during(exchange, own, frame);
    };
  }

  private answered(exchange: Exchange<Session>, forward: Forward, response: Frame, asked?: ListQuestion): void {
    if (response.kind === 'error' && this.tryOthers(exchange, forward)) return;
    this.noteSubscription(exchange, forward, response);
    const edits = editsBack(forward, response);
    if (asked) this.lists.put(asked, response, edits);
    exchange.answer(response, edits);
  }

  private failed(exchange: Exchange<Session>, forward: Forward, error: unknown): void {
    if (!this.tryOthers(exchange, forward)) exchange.fail(error);
  }

  private tryOthers(exchange: Exchange<Session>, forward: Forward): boolean {
    const next = exchange.isOver ? undefined : toNextServer(forward);
    if (next) this.forward(exchange, next);
    return next !== undefined;
  }

  private noteSubscription(
    { session, method }: Exchange<Session>,
    { server, subscription }: Forward,
    { kind }: Frame,
  ): void {
    const own = session.ownLinks.get(server.id);
    if (!own || subscription === undefined || kind === 'error') return;
    if (method === 'resources/subscribe') own.subscriptions.add(subscription);
    else own.subscriptions.delete(subscription);
  }
}
