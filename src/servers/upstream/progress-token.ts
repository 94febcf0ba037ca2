import { type Frame, type Span } from '../../shared/jsonrpc/index.js';

const TOKEN_KEY = Buffer.from('progressToken');
const ESCAPE = Buffer.from('\\u');

/**
 * Where the caller's progress token stands. Most requests have none, and two searches in native code show it; only a
 * key written with an escape could hide from them.
 * @throws ProtocolError when `params` or `_meta` is not a sound object.
 */
export function progressTokenIn(request: Frame): Span | undefined {
  const { bytes, params } = request;
  if (!params) return undefined;
  if (bytes.indexOf(TOKEN_KEY, params.start) === -1 && bytes.indexOf(ESCAPE, params.start) === -1) return undefined;
  return request.meta.get('progressToken');
}
