import type { ProtocolError } from '../../shared/errors/index.js';
import { RpcCode } from '../../shared/errors/index.js';
import { failure, type Frame } from '../../shared/jsonrpc/index.js';
import { protocolErrorOf } from '../relay/failure.js';
import type { Recorder } from '../relay/recorder.js';
import type { Bodies } from './bodies.js';
import type { ModernHttp } from './modern/modern-http.js';
import { accepts, eraOf, isJson, namesStateless } from './negotiate.js';
import { readMessages } from './read-messages.js';
import { refusals, refuse } from './refuse.js';
import { EVENTS_TYPE, JSON_TYPE, type StreamableHttp } from './streamable-http.js';
import type { Visit } from './visit.js';

export interface DoorParts {
  readonly sessions: StreamableHttp;
  readonly modern: ModernHttp;
  readonly recorder: Recorder;
  readonly bodies: Bodies;
}

/** `…/mcp`: one URL for the sessions of 2025 and the stateless requests of 2026; each request says what it is. */
export class McpDoor {
  constructor(private readonly parts: DoorParts) {}

  handle(visit: Visit): void {
    const { req, res } = visit;
    if (req.method === 'POST') return this.post(visit);
    if (namesStateless(req)) return refuse(res, refusals.method('POST'));
    this.parts.sessions.stream(visit);
  }

  private post(visit: Visit): void {
    const { req, res } = visit;
    if (!isJson(req)) return refuse(res, refusals.contentType);
    if (!accepts(req, JSON_TYPE) || !accepts(req, EVENTS_TYPE)) {
      return refuse(res, refusals.accept(`both ${JSON_TYPE} and ${EVENTS_TYPE}`));
    }
    this.parts.bodies.read(visit, (body) => this.received(visit, body));
  }

  private received(visit: Visit, body: Buffer): void {
    let first: Frame | undefined;
    try {
      const messages = readMessages(body);
      [first] = messages.frames;
      this.parts[eraOf(visit.req, messages)].take(visit, messages);
    } catch (cause) {
      const error = protocolErrorOf(cause);
      this.parts.recorder.fault(visit.caller, error, { bytes: body.length, method: first?.method });
      refuseMessage(visit, error, first);
    }
  }
}

/** An error about one request carries its id, so that the client can tell which. */
function refuseMessage({ res }: Visit, error: ProtocolError, request: Frame | undefined): void {
  const body = failure(request?.kind === 'request' ? (request.id ?? null) : null, error);
  if (res.headersSent || res.destroyed) return;
  const status = error.code === RpcCode.busy ? 429 : 400;
  const headers = { 'content-type': JSON_TYPE, 'content-length': body.length };
  res.writeHead(status, status === 429 ? { ...headers, 'retry-after': '10' } : headers).end(body);
}
