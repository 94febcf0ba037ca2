import { RpcCode } from '../../shared/errors/index.js';
import { failure, membersOf, notification, splice, type Frame, type RequestId } from '../../shared/jsonrpc/index.js';
import type { Routes } from '../routing/routes.js';
import type { ServerRecord } from '../routing/sources.js';
import type { OwnLink } from '../sessions/own-link.js';
import type { Session } from '../sessions/session.js';
import type { Exchange } from './exchange.js';
import { declares, neededCapability } from './input-kinds.js';
import type { OwnLinkListener } from './links.js';
import { uriEdit } from './uris.js';

const UNHEARD = { code: RpcCode.internal, message: 'The client has no open stream on which it could be asked.' };
const UNDECLARED = { code: RpcCode.methodNotFound, message: 'The client has not declared that it can be asked this.' };

/**
 * What upstreams say of their own accord, on links that belong to one session alone: it goes to that session's client
 * and to nobody else, beside a call that runs on the link, or else on the client's own stream.
 */
export class UpstreamMessages implements OwnLinkListener {
  constructor(private readonly routes: Pick<Routes, 'project'>) {}

  heard(session: Session, own: OwnLink, frame: Frame): void {
    // In the stateless protocol an update belongs to a subscription; this one comes after its end.
    if (own.link?.era === 'modern' && frame.method === 'notifications/resources/updated') return;
    const bytes = this.readable(session, own, frame);
    if (!bytes) return;
    const reply = own.latestReply;
    if (reply) reply.message(bytes);
    else session.streams.tell(bytes);
  }

  /** @param reply of the call beside which the client is asked, if it can be. */
  asked(session: Session, own: OwnLink, request: Frame, reply = own.latestReply): void {
    if (!mayBeAsked(session, request)) return refuse(own, request, UNDECLARED);
    const beside = reply?.isReachable ? reply : undefined;
    if (!beside && !session.streams.hasRoom) return refuse(own, request, UNHEARD);
    const question = session.questions.ask(own, request);
    if (beside) beside.message(question);
    else session.streams.askFor(question);
  }

  /** What comes on the HTTP stream of one call belongs to it. */
  during(exchange: Exchange<Session>, own: OwnLink, frame: Frame): void {
    const { session, reply } = exchange;
    if (frame.kind === 'request') return this.asked(session, own, frame, reply);
    const bytes = this.readable(session, own, frame);
    if (bytes) reply.message(bytes);
  }

  /** A changed resource of a server that says so outside of the session's own link. */
  updated(session: Session, { id }: ServerRecord, uri: string): void {
    const routes = this.routes.project(session.opener.endpoint.projectId);
    const server = routes?.servers.get(id)?.server;
    const isUnified = session.opener.endpoint.kind === 'unified';
    const known = isUnified && server ? routes.unified.resources.expose(server, uri) : uri;
    session.streams.tell(notification('notifications/resources/updated', { uri: known }));
  }

  private readable(session: Session, own: OwnLink, frame: Frame): Buffer | undefined {
    try {
      return this.translated(session, own, frame);
    } catch {
      // A notification that breaks the rules, such as by a key given twice, is lost; nobody waits for it.
      return undefined;
    }
  }

  /** The message as this client may see it; nothing when it does not concern it. */
  private translated(session: Session, own: OwnLink, frame: Frame): Buffer | undefined {
    const { method = '', bytes, params } = frame;
    if (method === 'notifications/cancelled') return session.questions.cancel(own, frame);
    if (session.opener.endpoint.kind === 'server') return bytes;
    // The unified lists come from the catalogue: whoever changes that tells the sessions.
    if (method.endsWith('/list_changed')) return undefined;
    const uri = method === 'notifications/resources/updated' && params && membersOf(bytes, params).get('uri');
    const names = this.routes.project(session.opener.endpoint.projectId)?.unified.resources;
    return uri && names
      ? splice(
          bytes,
          uriEdit(bytes, uri, (given) => names.expose(own.server, given)),
        )
      : bytes;
  }
}

/** A client that has declared no capability for it may have no ear for it either, and the call would wait for ever. */
function mayBeAsked({ client }: Session, { method = '', bytes, params }: Frame): boolean {
  const needed = neededCapability(method, bytes, params);
  return needed === undefined || (client !== undefined && declares(client.capabilities, needed));
}

function refuse(own: OwnLink, request: Frame, error: { readonly code: number; readonly message: string }): void {
  own.answer(failure(request.id as RequestId, error));
}
