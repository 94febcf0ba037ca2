import type { IncomingMessage } from 'node:http';
import type { MirroredArgument } from '../../../servers/index.js';
import { parse, textOf, valueOf, type Frame } from '../../../shared/jsonrpc/index.js';
import { toolOf, type Endpoint } from '../../routing/endpoint.js';
import { mirroredIn } from '../../routing/mirrored.js';
import { isObject } from '../../sessions/is-object.js';
import { headerMismatch } from './admission.js';
import { decodeHeaderValue } from './header-value.js';

const PREFIX = 'mcp-param-';
const IS_PARAM = /^mcp-param-/i;
const DECIMAL = /^-?\d+(\.\d+)?$/;
/** What a header can carry onwards. */
const SAFE = /^[\t\x20-\x7e]*$/;

/** The `Mcp-Param-*` headers of a request as they came, names and values in turn. */
export function paramHeadersOf({ rawHeaders }: IncomingMessage): string[] {
  const found: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at] as string, rawHeaders[at + 1] as string];
    if (IS_PARAM.test(name) && SAFE.test(value)) found.push(name, value);
  }
  return found;
}

/**
 * Arguments that the tool's schema marks with `x-mcp-header` are repeated in headers; nobody behind us checks that when
 * the upstream speaks stdio or an older protocol.
 * @throws ProtocolError -32020
 */
export function checkParamHeaders(req: IncomingMessage, request: Frame, endpoint: Endpoint): void {
  if (request.method !== 'tools/call') return;
  const { bytes, members } = request;
  const [name, given] = [members.get('name'), members.get('arguments')];
  if (!name || !given) return;
  const mirrored = mirroredIn(toolOf(endpoint, String(valueOf(bytes, name))));
  if (mirrored.length === 0) return;
  const args = parse(textOf(bytes, given));
  for (const argument of mirrored) check(req, argument, args);
}

function check({ headers }: IncomingMessage, { header, path }: MirroredArgument, args: unknown): void {
  const said = path.reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), args);
  // What is no primitive breaks the schema: that is for the server to say.
  if (typeof said !== 'string' && typeof said !== 'number' && typeof said !== 'boolean') return;
  const value = headers[PREFIX + header.toLowerCase()];
  if (value === undefined) throw headerMismatch(`the Mcp-Param-${header} header is missing`);
  const decoded = decodeHeaderValue(String(value));
  const equal =
    typeof said === 'number' && decoded !== undefined && DECIMAL.test(decoded)
      ? Number(decoded) === said
      : decoded === String(said);
  if (!equal) throw headerMismatch(`the Mcp-Param-${header} header does not say what the arguments say`);
}
