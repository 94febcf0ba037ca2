import type { IncomingMessage } from 'node:http';
import { ProtocolError } from '../../shared/errors/index.js';
import { membersOf, type Frame } from '../../shared/jsonrpc/index.js';
import { SESSION_VERSIONS } from '../sessions/client-hello.js';
import type { Refusal } from './refuse.js';

/** 2026-07-28 `basic/index.mdx#error-codes`: UnsupportedProtocolVersion. */
const UNSUPPORTED_VERSION = -32022;
const MODERN_VERSION = '2026-07-28';
const ENVELOPE_KEY = 'io.modelcontextprotocol/protocolVersion';

/** Whether an `Accept` header allows a media type; none at all allows everything (RFC 9110 §12.5.1). */
export function accepts({ headers: { accept } }: IncomingMessage, type: string): boolean {
  if (accept === undefined || accept.includes(type) || accept.includes('*/*')) return true;
  return accept.includes(`${type.slice(0, type.indexOf('/'))}/*`);
}

export function isJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? '';
  return type === 'application/json' || /^application\/json\s*(?:;|$)/i.test(type);
}

/** The refusal of the version in `MCP-Protocol-Version`, if it is none of ours. */
export function versionRefusal({ headers }: IncomingMessage): Refusal | undefined {
  const version = headers['mcp-protocol-version'];
  if (version === undefined || SESSION_VERSIONS.includes(version as string)) return undefined;
  return { status: 400, ...unsupported(String(version)) };
}

/** Whether the request carries the envelope of the stateless protocol. */
export function isModern({ bytes, params }: Frame): boolean {
  const meta = params && membersOf(bytes, params).get('_meta');
  return meta !== undefined && bytes[meta.start] === 0x7b && membersOf(bytes, meta).has(ENVELOPE_KEY);
}

export function modernNotSpoken(): ProtocolError {
  const { code, message, data } = unsupported(MODERN_VERSION);
  return new ProtocolError(code, message, data);
}

function unsupported(requested: string): { code: number; message: string; data: object } {
  const message = `Unsupported protocol version: ${requested}`;
  return { code: UNSUPPORTED_VERSION, message, data: { supported: SESSION_VERSIONS, requested } };
}
