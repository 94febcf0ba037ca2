import { elementsOf, membersOf, parse, textOf, type Edit, type Frame, type Span } from '../../shared/jsonrpc/index.js';

/** The URI that the client must see for one of the upstream's. */
export type Rename = (uri: string) => string;

/**
 * What must change in a response so that every URI in it is one that the client can use: `contents[].uri` of
 * resources/read, links and embedded resources in the content of tools/call and prompts/get.
 */
export function uriEdits({ bytes, kind, outcome }: Frame, rename: Rename): Edit[] {
  if (kind !== 'result' || !outcome || bytes[outcome.start] !== 0x7b) return [];
  const members = membersOf(bytes, outcome);
  const messages = objectsIn(bytes, members.get('messages')).flatMap((message) => message.get('content') ?? []);
  const parts = [
    ...objectsIn(bytes, members.get('contents')),
    ...objectsIn(bytes, members.get('content')),
    ...messages.map((span) => membersOf(bytes, span)),
  ];
  return parts.flatMap((part) => {
    const resource = part.get('resource');
    const inner = resource && bytes[resource.start] === 0x7b ? membersOf(bytes, resource).get('uri') : undefined;
    return [part.get('uri'), inner].flatMap((span) => (span ? uriEdit(bytes, span, rename) : []));
  });
}

/** One URI's replacement, if it needs one. */
export function uriEdit(bytes: Buffer, span: Span, rename: Rename): Edit[] {
  const uri = parse(textOf(bytes, span));
  if (typeof uri !== 'string') return [];
  const renamed = rename(uri);
  return renamed === uri ? [] : [{ ...span, text: JSON.stringify(renamed) }];
}

function objectsIn(bytes: Buffer, array: Span | undefined): Map<string, Span>[] {
  if (!array || bytes[array.start] !== 0x5b) return [];
  const objects = elementsOf(bytes, array).filter(({ start }) => bytes[start] === 0x7b);
  return objects.map((span) => membersOf(bytes, span));
}
