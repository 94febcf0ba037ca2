import type { IncomingMessage } from 'node:http';
import { RpcCode } from '../../shared/errors/index.js';
import { SESSION_VERSIONS } from '../sessions/client-hello.js';
import { isStateless, STATELESS_VERSION } from '../sessions/stateless-client.js';
import type { Messages } from './read-messages.js';
import type { Refusal } from './refuse.js';

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
  return {
    status: 400,
    code: RpcCode.unsupportedVersion,
    message: `Unsupported protocol version: ${String(version)}`,
    data: { supported: SESSION_VERSIONS, requested: version },
  };
}

/** Whether the headers name the stateless protocol. */
export function namesStateless({ headers }: IncomingMessage): boolean {
  return headers['mcp-protocol-version'] === STATELESS_VERSION;
}

/**
 * Which protocol a POST speaks: the stateless one when its body has the envelope, or when its headers name it and it
 * does not open a session (2026-07-28 `basic/versioning.mdx`).
 */
export function eraOf(req: IncomingMessage, { frames }: Messages): 'modern' | 'sessions' {
  const { headers } = req;
  const version = headers['mcp-protocol-version'];
  if (headers['mcp-session-id'] !== undefined && SESSION_VERSIONS.includes(version as string)) return 'sessions';
  if (frames.some(isStateless)) return 'modern';
  return namesStateless(req) && frames[0]?.method !== 'initialize' ? 'modern' : 'sessions';
}
