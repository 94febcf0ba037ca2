import { membersOf, type Frame, type Span } from '../../shared/jsonrpc/index.js';

const TOKEN_KEY = Buffer.from('progressToken');
const ESCAPE = Buffer.from('\\u');

/**
 * Where the caller's progress token stands. Most requests have none, and two searches in native code show it; only a
 * key written with an escape could hide from them.
 * @throws ProtocolError when `params` or `_meta` is not a sound object.
 */
export function progressTokenIn({ bytes, params }: Frame): Span | undefined {
  if (!params) return undefined;
  if (bytes.indexOf(TOKEN_KEY, params.start) === -1 && bytes.indexOf(ESCAPE, params.start) === -1) return undefined;
  const meta = membersOf(bytes, params).get('_meta');
  return meta && membersOf(bytes, meta).get('progressToken');
}
