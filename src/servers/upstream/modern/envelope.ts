import { membersOf, type Edit, type Frame, type Span } from '../../../shared/jsonrpc/index.js';
import { MODERN_VERSION } from '../handshake.js';
import type { Envelope } from '../link.js';

const PREFIX = 'io.modelcontextprotocol/';
const CLOSING_BRACE = 0x7d;

/**
 * What makes a request one of 2026-07-28 (`basic/index.mdx#meta`): what its `_meta` says already stays, what it lacks is
 * inserted.
 * @throws ProtocolError when `params` or `_meta` is not a sound object.
 */
export function envelopeEdits({ bytes, params }: Frame, envelope: Envelope): Edit[] {
  if (!params) return [at(bytes.lastIndexOf(CLOSING_BRACE), `,"params":{"_meta":{${membersFor(envelope)}}}`)];
  const members = membersOf(bytes, params);
  const meta = members.get('_meta');
  if (!meta) return [inFront(params, members, `"_meta":{${membersFor(envelope)}}`)];
  const said = membersOf(bytes, meta);
  const missing = membersFor(envelope, said);
  return missing === '' ? [] : [inFront(meta, said, missing)];
}

const NOTHING: ReadonlyMap<string, Span> = new Map();

function membersFor({ clientCapabilities, clientInfo, logLevel }: Envelope, said = NOTHING): string {
  const values = { protocolVersion: MODERN_VERSION, clientCapabilities, clientInfo, logLevel };
  return Object.entries(values)
    .filter(([name, value]) => value !== undefined && !said.has(PREFIX + name))
    .map(([name, value]) => `"${PREFIX}${name}":${JSON.stringify(value)}`)
    .join(',');
}

/** Right behind the opening brace. */
function inFront(object: Span, members: ReadonlyMap<string, Span>, text: string): Edit {
  return at(object.start + 1, members.size > 0 ? `${text},` : text);
}

function at(position: number, text: string): Edit {
  return { start: position, end: position, text };
}
