import { ProtocolError, RpcCode } from '../errors/index.js';
import { knownEnd, LARGE } from '../large-bytes.js';

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** How deep a message may nest; deeper ones break every serialiser that meets them later. */
const MAX_DEPTH = 128;

/** Up to here a loop finds the end of a string sooner than a call into native code. */
const NEAR = 64;

export function fail(reason: string): never {
  throw new ProtocolError(RpcCode.parse, `Parse error: ${reason}`);
}

export function skipSpace(bytes: Buffer, at: number): number {
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** From an opening quote to just behind the closing one. */
export function skipString(bytes: Buffer, at: number): number {
  const near = Math.min(at + NEAR, bytes.length);
  let next = at + 1;
  for (; next < near; next++) {
    const byte = bytes[next];
    if (byte === QUOTE) return next + 1;
    if (byte === BACKSLASH) next++;
  }
  for (let quote = bytes.indexOf(QUOTE, next); quote !== -1; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let before = quote - 1;
    while (before >= next && bytes[before] === BACKSLASH) before--;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return fail('a string does not end');
}

export function skipValue(bytes: Buffer, at: number): number {
  const known = bytes.length > LARGE ? knownEnd(bytes, at) : undefined;
  if (known !== undefined) return known;
  const first = bytes[at];
  if (first === QUOTE) return skipString(bytes, at);
  if (first === 0x7b || first === 0x5b) return skipNested(bytes, at);
  const start = at;
  while (at < bytes.length && !isDelimiter(bytes[at] as number)) at++;
  return at > start ? at : fail('a value is missing');
}

function skipNested(bytes: Buffer, at: number): number {
  let depth = 0;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = skipString(bytes, at);
      continue;
    }
    if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_DEPTH) fail(`nested deeper than ${MAX_DEPTH} levels`);
    } else if (byte === 0x7d || byte === 0x5d) {
      if (--depth === 0) return at + 1;
    }
    at++;
  }
  return fail('an object or array does not end');
}

function isDelimiter(byte: number): boolean {
  return byte === COMMA || byte === 0x7d || byte === 0x5d || byte <= 0x20;
}
