import type { ModernLink } from '../../servers/index.js';
import type { Session } from '../sessions/session.js';
import type { Exchange } from './exchange.js';
import { invalidParams, methodNotFound } from './failure.js';
import type { Forward } from './forward.js';
import { StatelessCall, type StatelessEnds } from './stateless-call.js';
import type { UpstreamMessages } from './upstream-messages.js';
import { listenTo } from './upstream-watch.js';

/** Carries a session's requests to upstreams of the stateless protocol; what these do not know, the gateway keeps. */
export class StatelessUpstream {
  constructor(private readonly messages: UpstreamMessages) {}

  /** @throws ProtocolError */
  carry(exchange: Exchange<Session>, forward: Forward, link: ModernLink, ends: StatelessEnds): void {
    // There they belong to an extension that sessions do not know.
    if (exchange.method.startsWith('tasks/')) throw methodNotFound(exchange.method);
    switch (exchange.method) {
      // The level goes with every request from now on.
      case 'logging/setLevel':
        return exchange.succeed('{}');
      case 'resources/subscribe':
        return this.subscribe(exchange, forward, link);
      case 'resources/unsubscribe':
        return this.unsubscribe(exchange, forward);
      default:
        new StatelessCall(exchange, forward, link, ends).send();
    }
  }

  private subscribe(exchange: Exchange<Session>, { server, subscription: uri = '' }: Forward, link: ModernLink): void {
    const { session } = exchange;
    const key = `${server.id} ${uri}`;
    const watch = listenTo(link, [uri], {
      onUpdate: (changed) => this.messages.updated(session, server, changed),
      onEnd: () => session.watches?.delete(key),
    });
    if (watch.uris.length === 0) throw invalidParams('this server does not tell of changed resources');
    session.watches ??= new Map();
    session.watches.get(key)?.();
    session.watches.set(key, () => watch.close());
    exchange.succeed('{}');
  }

  private unsubscribe(exchange: Exchange<Session>, { server, subscription = '' }: Forward): void {
    const { watches } = exchange.session;
    const key = `${server.id} ${subscription}`;
    watches?.get(key)?.();
    watches?.delete(key);
    exchange.succeed('{}');
  }
}
