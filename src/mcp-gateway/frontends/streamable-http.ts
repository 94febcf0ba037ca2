import { ProtocolError, RpcCode } from '../../shared/errors/index.js';
import type { RateLimits } from '../access/rate-limits.js';
import type { Frame } from '../../shared/jsonrpc/index.js';
import { notInitialized } from '../relay/failure.js';
import type { Recorder } from '../relay/recorder.js';
import type { Relay } from '../relay/relay.js';
import type { Reply } from '../sessions/reply.js';
import type { Session } from '../sessions/session.js';
import type { Sessions } from '../sessions/sessions.js';
import { BatchReply } from './batch-reply.js';
import type { Bodies } from './bodies.js';
import { HttpReply } from './http-reply.js';
import { listen } from './listening.js';
import { accepts, versionRefusal } from './negotiate.js';
import type { Messages } from './read-messages.js';
import { refusals, refuse } from './refuse.js';
import { SessionReply } from './session-reply.js';
import type { StreamKeepers } from './session-stream.js';
import type { Visit } from './visit.js';

export const JSON_TYPE = 'application/json';
export const EVENTS_TYPE = 'text/event-stream';
/** The one version that allows batches; they were removed in 2025-06-18. */
const BATCH_VERSION = '2025-03-26';

export interface FrontendParts {
  readonly relay: Relay;
  readonly sessions: Sessions;
  readonly recorder: Recorder;
  readonly keepers: StreamKeepers;
  readonly bodies: Bodies;
  readonly limits: RateLimits;
}

/** Streamable HTTP with sessions: 2025-03-26, 2025-06-18 and 2025-11-25 `basic/transports`. */
export class StreamableHttp {
  constructor(private readonly parts: FrontendParts) {}

  /** GET and DELETE. */
  stream(visit: Visit): void {
    const { req, res } = visit;
    if (req.method !== 'GET' && req.method !== 'DELETE') return refuse(res, refusals.method('POST, GET, DELETE'));
    if (req.method === 'GET' && !accepts(req, EVENTS_TYPE)) return refuse(res, refusals.accept(EVENTS_TYPE));
    const id = req.headers['mcp-session-id'];
    if (typeof id !== 'string') {
      // Clients ask this way whether there is a stream outside of sessions; 405 is how the specification says no.
      return refuse(res, req.method === 'GET' ? refusals.method('POST') : refusals.sessionMissing);
    }
    const session = this.parts.sessions.find(id, visit.caller);
    if (!session) return refuse(res, refusals.unknown);
    const version = versionRefusal(req);
    if (version) return refuse(res, version);
    if (req.method === 'GET') listen(visit, session, this.parts.keepers);
    else this.end(visit, session);
  }

  /** What was posted. @throws ProtocolError when the messages are refused before they become exchanges. */
  take(visit: Visit, messages: Messages): void {
    const { req, res, caller } = visit;
    const version = versionRefusal(req);
    if (version) return refuse(res, version);
    const id = req.headers['mcp-session-id'];
    const [first] = messages.frames;
    if (id === undefined && first?.kind === 'request' && first.method === 'initialize' && !messages.isBatch) {
      return this.initialize(visit, first);
    }
    if (id === undefined) throw notInitialized();
    const session = this.parts.sessions.find(String(id), caller);
    if (!session) return refuse(res, refusals.unknown);
    this.deliver(visit, session, messages);
  }

  private end({ res }: Visit, session: Session): void {
    this.parts.sessions.end(session, 'the client has ended it');
    res.writeHead(200, { 'content-length': 0 }).end();
  }

  private initialize({ res, caller }: Visit, request: Frame): void {
    const { sessions, relay, keepers } = this.parts;
    const session = sessions.open(caller);
    const reply = new HttpReply(res, keepers.pulse, { 'mcp-session-id': session.id });
    relay.request(session, caller, request, endingUnlessInitialized(reply, session, sessions));
  }

  private deliver({ res, caller }: Visit, session: Session, { frames, isBatch }: Messages): void {
    if (isBatch) mustAllowBatches(session);
    const requests = frames.filter(({ kind }) => kind === 'request');
    for (const frame of frames) {
      if (frame.kind === 'notification') this.parts.relay.notification(session, caller, frame);
      else if (frame.kind !== 'request') this.parts.relay.response(session, frame);
    }
    if (requests.length === 0) return void res.writeHead(202, { 'content-length': 0 }).end();
    const reply = new SessionReply(res, this.parts.keepers.pulse, session);
    const each = isBatch ? new BatchReply(reply, requests.length) : reply;
    for (const request of requests) this.parts.relay.request(session, caller, request, each);
  }
}

/** @throws ProtocolError -32600 when the session's version knows no batches. */
export function mustAllowBatches({ client }: Session): void {
  if (client?.protocolVersion === BATCH_VERSION) return;
  const message = `Invalid request: only protocol version ${BATCH_VERSION} allows batches`;
  throw new ProtocolError(RpcCode.invalidRequest, message);
}

/** A session whose `initialize` failed never was. */
function endingUnlessInitialized(reply: Reply, session: Session, sessions: Sessions): Reply {
  return {
    get isReachable() {
      return reply.isReachable;
    },
    message: (bytes) => reply.message(bytes),
    drop: () => reply.drop(),
    finish: (bytes) => {
      reply.finish(bytes);
      if (!session.client) sessions.end(session, 'initialize failed');
    },
  };
}
