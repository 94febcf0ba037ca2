import { membersOf, type Edit, type Span } from '../../shared/jsonrpc/index.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Takes members out of a JSON object and leaves every other byte of it where it is. @throws ProtocolError */
export function dropMembers(bytes: Buffer, object: Span, mustGo: (key: string) => boolean): Edit[] {
  const members = [...membersOf(bytes, object)];
  const edits: Edit[] = [];
  for (let at = 0; at < members.length; at++) {
    if (!mustGo((members[at] as [string, Span])[0])) continue;
    const first = at;
    while (at + 1 < members.length && mustGo((members[at + 1] as [string, Span])[0])) at++;
    edits.push({
      ...gap(
        bytes,
        members.map(([, span]) => span),
        first,
        at,
      ),
      text: '',
    });
  }
  return edits;
}

/** Members with the one comma that goes with them: the one behind, or for the last ones the one before. */
function gap(bytes: Buffer, values: readonly Span[], first: number, last: number): Span {
  const start = keyStart(bytes, values[first] as Span);
  const next = values[last + 1];
  if (next) return { start, end: keyStart(bytes, next) };
  return { start: values[first - 1]?.end ?? start, end: (values[last] as Span).end };
}

/** Where the key before a value begins. */
function keyStart(bytes: Buffer, { start }: Span): number {
  const end = bytes.lastIndexOf(QUOTE, start - 1);
  for (let quote = bytes.lastIndexOf(QUOTE, end - 1); ; quote = bytes.lastIndexOf(QUOTE, quote - 1)) {
    let before = quote - 1;
    while (bytes[before] === BACKSLASH) before--;
    if ((quote - before) % 2 === 1) return quote;
  }
}
