import { type Edit, type Frame, type Span } from '../../../shared/jsonrpc/index.js';
import { MODERN_VERSION } from '../handshake.js';
import type { Envelope } from '../link.js';

const PREFIX = 'io.modelcontextprotocol/';
const CLOSING_BRACE = 0x7d;

/**
 * What makes a request one of 2026-07-28 (`basic/index.mdx#meta`): what its `_meta` says already stays, what it lacks is
 * inserted.
 * @throws ProtocolError when `params` or `_meta` is not a sound object.
 */
export function envelopeEdits(request: Frame, envelope: Envelope): Edit[] {
  const { bytes, params, members } = request;
  if (!params) return [at(bytes.lastIndexOf(CLOSING_BRACE), `,"params":{"_meta":{${missing(envelope)}}}`)];
  const meta = members.get('_meta');
  if (!meta) return [inFront(params, members, `"_meta":{${missing(envelope)}}`)];
  const text = missing(envelope, request.meta);
  return text === '' ? [] : [inFront(meta, request.meta, text)];
}

const NOTHING: ReadonlyMap<string, Span> = new Map();
const NAMES = ['protocolVersion', 'clientCapabilities', 'clientInfo', 'logLevel'] as const;

/** The members of the envelope that `said` does not have, as JSON text. */
function missing(envelope: Envelope, said = NOTHING): string {
  let text = '';
  for (const name of NAMES) {
    const value = name === 'protocolVersion' ? MODERN_VERSION : envelope[name];
    if (value === undefined || said.has(PREFIX + name)) continue;
    text += `${text && ','}"${PREFIX}${name}":${JSON.stringify(value)}`;
  }
  return text;
}

/** Right behind the opening brace. */
function inFront(object: Span, members: ReadonlyMap<string, Span>, text: string): Edit {
  return at(object.start + 1, members.size > 0 ? `${text},` : text);
}

function at(position: number, text: string): Edit {
  return { start: position, end: position, text };
}
