import { UpstreamError, type Link, type Turns, type UpstreamPool } from '../../servers/index.js';
import type { Frame } from '../../shared/jsonrpc/index.js';
import type { ServerRecord } from '../routing/sources.js';
import type { ClientHello } from '../sessions/client-hello.js';
import { OwnLink } from '../sessions/own-link.js';
import type { Session } from '../sessions/session.js';
import { STATELESS_VERSION } from '../sessions/stateless-client.js';

/** Hears what upstreams say on the links that one session alone uses. */
export interface OwnLinkListener {
  heard(session: Session, own: OwnLink, frame: Frame): void;
  asked(session: Session, own: OwnLink, request: Frame): void;
}

/** Which link a request takes: the one that everybody shares, or one of its session's own. */
export class Links {
  /** Asked before the pool, so that a call needs neither a promise nor the secrets; as short-lived as the snapshot. */
  private readonly shared = new WeakMap<ServerRecord, Link>();
  private readonly modern = new WeakMap<ServerRecord, Link>();

  constructor(private readonly pool: Pick<UpstreamPool, 'shared' | 'exclusive' | 'turns'>) {}

  get turns(): Turns {
    return this.pool.turns;
  }

  /** The session's own link, when what it asks of the server, or the server's registration, forbids to share one. */
  ownFor(session: Session, server: ServerRecord, listener: OwnLinkListener): OwnLink | undefined {
    if (server.pool === 'session') return this.own(session, server, listener);
    if (!session.exclusive || this.isShared(session, server)) return undefined;
    return this.own(session, server, listener);
  }

  /** A link for one call; whoever asks for it closes it. */
  once(session: Session, server: ServerRecord, listener: OwnLinkListener): OwnLink {
    const own = new OwnLink(server, (self) => this.openOwn(session, self, listener, 'call'));
    own.opening.catch(() => undefined);
    return own;
  }

  /** On a shared pipe nobody knows whose log messages come. */
  private isShared({ logLevel }: Session, server: ServerRecord): boolean {
    const isPipe = this.shared.get(server)?.target.transport === 'stdio';
    return this.isStateless(server) && !(isPipe && logLevel !== undefined);
  }

  /** An upstream that knows no sessions holds nothing for this one: all may share its link. */
  isStateless(server: ServerRecord): boolean {
    return server.handshake?.protocolVersion === STATELESS_VERSION || this.shared.get(server)?.era === 'modern';
  }

  sharedLink(server: ServerRecord): Link | Promise<Link> {
    const known = this.shared.get(server);
    return known && !known.closed ? known : this.openShared(server);
  }

  /** The session's own link to the server, opened when there is none that still serves. */
  own(session: Session, server: ServerRecord, listener: OwnLinkListener): OwnLink {
    const known = session.ownLinks.get(server.id);
    if (known?.isUsableFor(server)) return known;
    known?.close('it was replaced');
    const own = new OwnLink(server, (self) => this.openOwn(session, self, listener));
    for (const uri of known?.subscriptions ?? []) own.subscriptions.add(uri);
    session.ownLinks.set(server.id, own);
    own.opening.catch(() => undefined);
    return own;
  }

  /** The shared link for stateless callers: of their own era, where the upstream speaks it. */
  modernLink(server: ServerRecord): Link | Promise<Link> {
    const known = this.modern.get(server);
    return known && !known.closed ? known : this.openModern(server);
  }

  private async openModern(server: ServerRecord): Promise<Link> {
    const link = await this.pool.shared(server.target(), 'modern');
    this.modern.set(server, link);
    return link;
  }

  private async openShared(server: ServerRecord): Promise<Link> {
    const link = await this.pool.shared(server.target());
    this.shared.set(server, link);
    return link;
  }

  private async openOwn(
    session: Session,
    own: OwnLink,
    listener: OwnLinkListener,
    kind: 'session' | 'call' = 'session',
  ): Promise<Link> {
    const { protocolVersion, capabilities, clientInfo } = session.client as ClientHello;
    const { keyId } = session.opener.principal;
    const link = await this.pool.exclusive(
      own.server.target(),
      { protocolVersion, capabilities, clientInfo, holder: { kind, keyId, leases: 1 } },
      {
        onNotification: (frame) => listener.heard(session, own, frame),
        onRequest: (frame, link) => {
          own.asking = link;
          listener.asked(session, own, frame);
        },
        onClose: () => session.questions.forget(own),
      },
    );
    await restore(session, own, link);
    if (!own.dismissed) return link;
    await link.close('nobody waits for it any more');
    throw new UpstreamError('UPSTREAM_CLOSED', 'The connection was not needed any more when it stood.');
  }
}

/** What the session has asked of the upstream before and a new link does not know; as far as the upstream takes it. */
async function restore(session: Session, own: OwnLink, link: Link): Promise<void> {
  // The other protocol has neither: both go with the requests.
  if (link.era === 'modern') return;
  const asks = [...own.subscriptions].map((uri) => link.ask('resources/subscribe', { uri }));
  if (session.logLevel !== undefined && link.handshake.capabilities.logging) {
    asks.push(link.ask('logging/setLevel', { level: session.logLevel }));
  }
  await Promise.allSettled(asks);
}
