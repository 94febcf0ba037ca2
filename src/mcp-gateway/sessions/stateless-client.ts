import { ProtocolError, RpcCode } from '../../shared/errors/index.js';
import { valueOf, type Frame, type Span } from '../../shared/jsonrpc/index.js';
import type { Introduction } from './conversation.js';
import { isObject } from './is-object.js';
import { LOG_LEVELS } from './log-levels.js';

/** The one version of the stateless protocol. */
export const STATELESS_VERSION = '2026-07-28';
/** Before the names of what the protocol itself puts into `_meta`. */
export const PROTOCOL_META = 'io.modelcontextprotocol/';

/** What a request of the stateless protocol says of its client (2026-07-28 `basic/index.mdx#meta`). */
export interface StatelessClient extends Introduction {
  /** Absent: the client wants no log messages. */
  readonly logLevel: string | undefined;
}

const NONE: ReadonlyMap<string, Span> = new Map();

/** The members of a message's `_meta`; none when there is none, or when it is no object. */
export function metaOf(frame: Frame): ReadonlyMap<string, Span> {
  const span = frame.members.get('_meta');
  return span && frame.bytes[span.start] === 0x7b ? frame.meta : NONE;
}

/** Whether a message carries the envelope of the stateless protocol, in whichever version. */
export function isStateless(frame: Frame): boolean {
  return metaOf(frame).has(`${PROTOCOL_META}protocolVersion`);
}

/** The version that the envelope names. @throws ProtocolError -32602 */
export function statelessVersionOf(frame: Frame): string {
  const version = read(frame, metaOf(frame), 'protocolVersion');
  return typeof version === 'string' ? version : refuse('protocolVersion', 'a string');
}

/** @throws ProtocolError -32602 when the envelope is not complete. */
export function readStatelessClient(frame: Frame): StatelessClient {
  const meta = metaOf(frame);
  const capabilities = read(frame, meta, 'clientCapabilities');
  const clientInfo = read(frame, meta, 'clientInfo');
  const logLevel = read(frame, meta, 'logLevel');
  if (!isObject(capabilities)) return refuse('clientCapabilities', 'an object');
  if (logLevel !== undefined && !LOG_LEVELS.includes(logLevel as string)) {
    return refuse('logLevel', `one of ${LOG_LEVELS.join(', ')}`);
  }
  return {
    protocolVersion: STATELESS_VERSION,
    capabilities,
    clientInfo: clientInfo === undefined ? undefined : implementation(clientInfo),
    logLevel: logLevel as string | undefined,
  };
}

function implementation(clientInfo: unknown): Introduction['clientInfo'] {
  if (!isObject(clientInfo) || typeof clientInfo.name !== 'string')
    return refuse('clientInfo', 'an object with a name');
  const { version } = clientInfo;
  return { ...clientInfo, name: clientInfo.name, version: typeof version === 'string' ? version : '' };
}

function read({ bytes }: Frame, meta: ReadonlyMap<string, Span>, name: string): unknown {
  const span = meta.get(PROTOCOL_META + name);
  return span && valueOf(bytes, span);
}

function refuse(name: string, wanted: string): never {
  throw new ProtocolError(RpcCode.invalidParams, `Invalid params: _meta["${PROTOCOL_META}${name}"] must be ${wanted}`);
}
