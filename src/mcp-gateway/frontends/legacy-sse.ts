import type { Frame } from '../../shared/jsonrpc/index.js';
import { protocolErrorOf } from '../relay/failure.js';
import { isLoopback } from '../../shared/http/index.js';
import type { ClientStream, Reply } from '../sessions/reply.js';
import type { Session } from '../sessions/session.js';
import { accepts, isJson } from './negotiate.js';
import { readMessages } from './read-messages.js';
import { refusalOf, refusals, refuse } from './refuse.js';
import { openStream } from './session-stream.js';
import { mustAllowBatches, type FrontendParts } from './streamable-http.js';
import type { Visit } from './visit.js';

/** HTTP+SSE of 2024-11-05 `basic/transports`: one stream for all that the client hears, POSTs for what it says. */
export class LegacySse {
  constructor(
    private readonly parts: FrontendParts,
    private readonly publicUrl: URL,
  ) {}

  /** GET …/sse */
  open(visit: Visit): void {
    const { req, res, caller } = visit;
    if (req.method !== 'GET') return refuse(res, refusals.method('GET'));
    if (!accepts(req, 'text/event-stream')) return refuse(res, refusals.accept('text/event-stream'));
    const { sessions, keepers } = this.parts;
    let session: Session;
    try {
      session = sessions.open(caller);
    } catch (error) {
      this.parts.recorder.fault(caller, error, { bytes: 0, method: 'initialize' });
      return refuse(res, refusalOf(protocolErrorOf(error)));
    }
    const close = () => sessions.end(session, 'the client has closed its stream');
    const stream = openStream(session.opener, res, keepers, close);
    if (!stream) {
      sessions.end(session, 'too many streams');
      return refuse(res, refusals.tooManyStreams);
    }
    stream.say(`event: endpoint\ndata: ${this.origin(visit)}${visit.path.pathname}/messages?sessionId=${session.id}`);
    session.streams.attach(stream);
  }

  /** POST …/sse/messages?sessionId=… */
  message(visit: Visit): void {
    const { req, res, caller, path } = visit;
    if (req.method !== 'POST') return refuse(res, refusals.method('POST'));
    if (!isJson(req)) return refuse(res, refusals.contentType);
    const session = this.parts.sessions.find(new URLSearchParams(path.query).get('sessionId') ?? '', caller);
    if (!session?.streams.listening) return refuse(res, refusals.unknown);
    this.parts.bodies.read(visit, (body) => this.received(visit, session, body));
  }

  private received({ res, caller }: Visit, session: Session, body: Buffer): void {
    try {
      const { frames, isBatch } = readMessages(body);
      if (isBatch) mustAllowBatches(session);
      this.parts.limits.count(caller.principal, frames);
      res.writeHead(202, { 'content-type': 'text/plain', 'content-length': 8 }).end('Accepted');
      for (const frame of frames) this.deliver(session, caller, frame);
    } catch (cause) {
      const error = protocolErrorOf(cause);
      this.parts.recorder.fault(caller, error, { bytes: body.length });
      refuse(res, refusalOf(error));
    }
  }

  private deliver(session: Session, caller: Visit['caller'], frame: Frame): void {
    const { relay } = this.parts;
    if (frame.kind === 'notification') relay.notification(session, caller, frame);
    else if (frame.kind !== 'request') relay.response(session, frame);
    else if (session.streams.listening) relay.request(session, caller, frame, replyOn(session.streams.listening));
  }

  /** Where the client must send its messages: our public address, or the loopback name by which it found us. */
  private origin({ req: { headers } }: Visit): string {
    const { host = '' } = headers;
    return isLoopback(host) ? `http://${host}` : this.publicUrl.href.replace(/\/$/, '');
  }
}

function replyOn(stream: ClientStream): Reply {
  return {
    get isReachable() {
      return stream.isOpen;
    },
    message: (bytes) => stream.send(bytes),
    finish: (bytes) => stream.send(bytes),
    drop: () => undefined,
  };
}
