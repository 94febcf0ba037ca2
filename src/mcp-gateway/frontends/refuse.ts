import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type ProtocolError, RpcCode } from '../../shared/errors/index.js';
import { failure } from '../../shared/jsonrpc/index.js';

/** Bodies of refused requests that are longer are not read to their end: the connection is closed instead. */
const MOST_UNREAD = 65_536;
/** How much of them, and for how long (ms), is read before: a connection closed with bytes unread takes the answer along. */
const LINGER_BYTES = 2 ** 20;
const LINGER_MS = 1000;

/** What a client is told that is turned away before, or instead of, an exchange of messages. */
export interface Refusal {
  readonly status: number;
  readonly code?: number;
  readonly message: string;
  readonly data?: unknown;
  readonly headers?: OutgoingHttpHeaders;
}

export const refusals = {
  unauthorized: {
    status: 401,
    code: RpcCode.forbidden,
    message: 'An API key of this project is needed: send "Authorization: Bearer mcpo_…".',
    headers: { 'www-authenticate': 'Bearer realm="MCP Orchestrator"' },
  },
  foreignOrigin: {
    status: 403,
    code: RpcCode.forbidden,
    message: 'This Host or Origin is not allowed: use the address in PUBLIC_URL.',
  },
  /** The same for what does not exist, what belongs to others, and what has ended. */
  unknown: {
    status: 404,
    message: 'There is no such endpoint or session. Check the URL; when it is right, initialize anew.',
  },
  foreignAddress: (ip: string): Refusal => ({
    status: 403,
    code: RpcCode.forbidden,
    message: `The address ${ip} may not be used with this project or key: ask an Owner of the project to allow it.`,
  }),
  method: (allow: string): Refusal => ({ status: 405, message: `Use ${allow} here.`, headers: { allow } }),
  accept: (types: string): Refusal => ({ status: 406, message: `The client must accept ${types}.` }),
  contentType: { status: 415, message: 'The body must be sent as Content-Type: application/json.' },
  tooLarge: (limit: number): Refusal => ({ status: 413, message: `The message is larger than ${limit} bytes.` }),
  sessionMissing: { status: 400, message: 'The Mcp-Session-Id header is missing: send initialize first.' },
  secondStream: { status: 409, message: 'This session has an open stream already: close it first.' },
  /** The same for an event of another session, one that never was, and one after which something is missing. */
  eventsGone: {
    status: 400,
    message:
      'What followed this Last-Event-ID is not kept (any more): nothing is replayed, because something would be ' +
      'missing. Repeat the request, or send GET without Last-Event-ID for a new stream.',
  },
  tooManyStreams: {
    status: 429,
    code: RpcCode.busy,
    message: 'This API key has too many open streams. Close some, or use another key.',
    headers: { 'retry-after': '10' },
  },
  tooMuchAtOnce: {
    status: 429,
    code: RpcCode.busy,
    message:
      'Too much is being sent at once. Wait until some of these messages are answered, then send this one again.',
    headers: { 'retry-after': '2' },
  },
  stopping: {
    status: 503,
    code: RpcCode.upstreamUnavailable,
    message: 'The gateway is restarting. Try again in a moment.',
    headers: { 'retry-after': '2', connection: 'close' },
  },
} satisfies Record<string, Refusal | ((value: never) => Refusal)>;

/** Seconds after which a client that was too busy may come again. */
export function retryAfterOf({ data }: ProtocolError): string {
  return `${(data as { retryAfter?: number } | undefined)?.retryAfter ?? 10}`;
}

/** Of a message that was refused before it became an exchange. */
export function refusalOf(error: ProtocolError): Refusal {
  const { code, message, data } = error;
  if (code !== RpcCode.busy) return { status: 400, code, message };
  return { status: 429, code, message, data, headers: { 'retry-after': retryAfterOf(error) } };
}

/** Answers with a JSON-RPC error that belongs to no request. */
export function refuse(res: ServerResponse, { status, code, message, data, headers }: Refusal): void {
  if (res.headersSent || res.destroyed) return;
  const body = failure(null, { code: code ?? RpcCode.invalidRequest, message, data });
  const { req } = res;
  const length = req.headers['content-length'];
  const unread = !req.complete && (req.headers['transfer-encoding'] ? Infinity : Number(length ?? 0));
  const lingers = unread && unread > MOST_UNREAD;
  if (lingers) res.shouldKeepAlive = false;
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length, ...headers });
  if (!lingers) return void res.end(body);
  res.write(body);
  linger(res);
}

/** The answer is on its way; what the client still sends is thrown away for a moment before the connection is closed. */
function linger(res: ServerResponse): void {
  const { req } = res;
  let left = LINGER_BYTES;
  const end = () => {
    clearTimeout(timer);
    req.off('data', count);
    res.end();
  };
  const count = ({ length }: Buffer) => void ((left -= length) < 0 && end());
  const timer = setTimeout(end, LINGER_MS);
  req.on('data', count).once('close', end);
}
