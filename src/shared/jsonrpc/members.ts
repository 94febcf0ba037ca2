import { ProtocolError, RpcCode } from '../errors/index.js';
import { COLON, COMMA, fail, QUOTE, skipSpace, skipString, skipValue } from './tokens.js';

/** Half-open range of bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Keys that are met in every message, by their length: known from their bytes, they need not be decoded. */
const FREQUENT: (readonly { readonly text: string; readonly bytes: Buffer }[])[] = [];
for (const text of 'jsonrpc id method params result error name arguments _meta content isError resultType'.split(' ')) {
  FREQUENT[text.length] = [...(FREQUENT[text.length] ?? []), { text, bytes: Buffer.from(text) }];
}

/**
 * Where each member's value of one JSON object stands, without parsing the values. A repeated key is refused: two
 * readers of the same message must not see different methods or tools (Security: message smuggling).
 * @throws ProtocolError -32700 when the bytes are not an object.
 */
export function membersOf(bytes: Buffer, span?: Span): Map<string, Span> {
  const members = new Map<string, Span>();
  eachMember(bytes, span, (key, start, end) => {
    if (members.has(key)) refuseRepeated(key);
    members.set(key, { start, end });
  });
  return members;
}

/** The same for some members only, in the order of `keys`; any key that is repeated is refused all the same. */
export function fieldsOf(bytes: Buffer, keys: readonly string[], span?: Span): (Span | undefined)[] {
  const fields = new Array<Span | undefined>(keys.length).fill(undefined);
  let others: Set<string> | undefined;
  eachMember(bytes, span, (key, start, end) => {
    const at = keys.indexOf(key);
    if (at === -1 ? others?.has(key) : fields[at]) refuseRepeated(key);
    if (at === -1) refuseDisguised(key, keys);
    if (at === -1) (others ??= new Set()).add(key);
    else fields[at] = { start, end };
  });
  return fields;
}

/**
 * A key that is one of `known` but for its case: readers that ignore case, as Go's do, would take one for the other
 * (Security: message smuggling).
 * @throws ProtocolError -32600
 */
export function refuseDisguised(key: string, known: readonly string[]): void {
  if (known.includes(key)) return;
  const plain = key.toUpperCase().toLowerCase();
  if (known.some((name) => name.toLowerCase() === plain)) {
    throw new ProtocolError(
      RpcCode.invalidRequest,
      `The key "${key}" differs only in case from one that has a meaning`,
    );
  }
}

function refuseRepeated(key: string): never {
  throw new ProtocolError(RpcCode.invalidRequest, `The key "${key}" is given twice`);
}

type OnMember = (key: string, start: number, end: number) => void;

function eachMember(bytes: Buffer, span: Span | undefined, onMember: OnMember): void {
  const limit = span ? span.end : bytes.length;
  let at = skipSpace(bytes, span ? span.start : 0);
  if (bytes[at] !== 0x7b) fail('an object was expected');
  at = skipSpace(bytes, at + 1);
  for (let more = bytes[at] !== 0x7d; more; at = more ? skipSpace(bytes, at + 1) : at) {
    if (bytes[at] !== QUOTE) fail('a key was expected');
    const keyEnd = skipString(bytes, at);
    const key = keyAt(bytes, at + 1, keyEnd - 1);
    at = skipSpace(bytes, keyEnd);
    if (bytes[at] !== COLON) fail('a colon was expected');
    const start = skipSpace(bytes, at + 1);
    const end = skipValue(bytes, start);
    onMember(key, start, end);
    at = skipSpace(bytes, end);
    more = bytes[at] === COMMA;
  }
  if (bytes[at] !== 0x7d) fail('a comma or the end of the object was expected');
  if (skipSpace(bytes, at + 1) < limit) fail('something follows the object');
}

function keyAt(bytes: Buffer, start: number, end: number): string {
  for (const known of FREQUENT[end - start] ?? []) if (standsAt(bytes, start, known.bytes)) return known.text;
  const key = bytes.toString('utf8', start, end);
  return key.includes('\\') ? (parse(`"${key}"`) as string) : key;
}

function standsAt(bytes: Buffer, start: number, text: Buffer): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text[at]) return false;
  return true;
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

/** What one value means. The strings and whole numbers of an envelope are read without JSON.parse. @throws ProtocolError */
export function valueOf(bytes: Buffer, span: Span): unknown {
  return plainString(bytes, span) ?? wholeNumber(bytes, span) ?? parse(textOf(bytes, span));
}

/** @throws ProtocolError -32700 */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return fail('the message is not valid JSON');
  }
}

/** A string of printable ASCII without escapes. */
function plainString(bytes: Buffer, { start, end }: Span): string | undefined {
  if (bytes[start] !== QUOTE) return undefined;
  for (let at = start + 1; at < end - 1; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return undefined;
  }
  return bytes.toString('latin1', start + 1, end - 1);
}

/** A number of one to fifteen digits. */
function wholeNumber(bytes: Buffer, { start, end }: Span): number | undefined {
  if (end - start > 15 || (bytes[start] === 0x30 && end - start > 1)) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = 10 * value + digit;
  }
  return value;
}
