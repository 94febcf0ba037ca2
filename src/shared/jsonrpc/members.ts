import { ProtocolError, RpcCode } from '../errors/index.js';

/** Half-open range of bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/** How deep a message may nest; deeper ones break every serialiser that meets them later. */
const MAX_DEPTH = 128;

function fail(reason: string): never {
  throw new ProtocolError(RpcCode.parse, `Parse error: ${reason}`);
}

function skipSpace(bytes: Buffer, at: number): number {
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** From an opening quote to just behind the closing one. */
function skipString(bytes: Buffer, at: number): number {
  for (let quote = bytes.indexOf(QUOTE, at + 1); quote !== -1; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let before = quote - 1;
    while (bytes[before] === BACKSLASH) before--;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return fail('a string does not end');
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

function skipValue(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return skipString(bytes, at);
  if (first === 0x7b || first === 0x5b) return skipNested(bytes, at);
  const start = at;
  while (at < bytes.length && !isDelimiter(bytes[at] as number)) at++;
  return at > start ? at : fail('a value is missing');
}

function isDelimiter(byte: number): boolean {
  return byte === COMMA || byte === 0x7d || byte === 0x5d || byte <= 0x20;
}

function readKey(bytes: Buffer, start: number, end: number): string {
  const key = bytes.toString('utf8', start + 1, end - 1);
  return key.includes('\\') ? (JSON.parse(`"${key}"`) as string) : key;
}

/**
 * Where each member's value of one JSON object stands, without parsing the values. A repeated key is refused: two
 * readers of the same message must not see different methods or tools (Security: message smuggling).
 * @throws ProtocolError -32700 when the bytes are not an object.
 */
export function membersOf(bytes: Buffer, span: Span = { start: 0, end: bytes.length }): Map<string, Span> {
  const members = new Map<string, Span>();
  let at = skipSpace(bytes, span.start);
  if (bytes[at] !== 0x7b) fail('an object was expected');
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === 0x7d) return closed(bytes, at, span, members);
  for (;;) {
    if (bytes[at] !== QUOTE) fail('a key was expected');
    const keyEnd = skipString(bytes, at);
    const key = readKey(bytes, at, keyEnd);
    if (members.has(key)) throw new ProtocolError(RpcCode.invalidRequest, `The key "${key}" is given twice`);
    at = skipSpace(bytes, keyEnd);
    if (bytes[at] !== COLON) fail('a colon was expected');
    const start = skipSpace(bytes, at + 1);
    const end = skipValue(bytes, start);
    members.set(key, { start, end });
    at = skipSpace(bytes, end);
    if (bytes[at] !== COMMA) return closed(bytes, at, span, members);
    at = skipSpace(bytes, at + 1);
  }
}

function closed(bytes: Buffer, at: number, span: Span, members: Map<string, Span>): Map<string, Span> {
  if (bytes[at] !== 0x7d) fail('a comma or the end of the object was expected');
  if (skipSpace(bytes, at + 1) < span.end) fail('something follows the object');
  return members;
}

/**
 * Where the elements of one JSON array stand, without parsing them.
 * @throws ProtocolError -32700 when the bytes are not an array.
 */
export function elementsOf(bytes: Buffer, span: Span = { start: 0, end: bytes.length }): Span[] {
  const elements: Span[] = [];
  let at = skipSpace(bytes, span.start);
  if (bytes[at] !== 0x5b) fail('an array was expected');
  at = skipSpace(bytes, at + 1);
  for (let more = bytes[at] !== 0x5d; more; at = more ? skipSpace(bytes, at + 1) : at) {
    const end = skipValue(bytes, at);
    elements.push({ start: at, end });
    at = skipSpace(bytes, end);
    more = bytes[at] === COMMA;
  }
  if (bytes[at] !== 0x5d || skipSpace(bytes, at + 1) < span.end) fail('the end of the array was expected');
  return elements;
}

/** The text of one value, for JSON.parse or for the log. */
export function textOf(bytes: Buffer, span: Span): string {
  return bytes.toString('utf8', span.start, span.end);
}
