import { parse, textOf, type Edit, type Frame, type Span } from '../../../shared/jsonrpc/index.js';
import type { CallOptions, MirroredArgument } from '../link.js';
import { headerValue } from './header-value.js';

/** Which parameter `Mcp-Name` repeats. */
const NAMED_BY = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

type Repeated = Pick<CallOptions, 'edits' | 'mirrored' | 'paramHeaders'>;

/**
 * What a stateless POST repeats of its message, as it will be after `edits`; names and values in turn
 * (`basic/transports/streamable-http.mdx#request-metadata`, 2026-07-28).
 */
export function requestHeaders({ bytes, method = '', members }: Frame, options: Repeated): string[] {
  const { edits = [], mirrored = [], paramHeaders } = options;
  const headers = ['mcp-method', headerValue(method)];
  const named = NAMED_BY.get(method);
  if (named === undefined) return paramHeaders ? headers.concat(paramHeaders) : headers;
  const valueOf = (name: string) => valueAfter(bytes, members.get(name), edits);
  const name = valueOf(named);
  if (typeof name === 'string') headers.push('mcp-name', headerValue(name));
  if (paramHeaders) headers.push(...paramHeaders);
  else if (mirrored.length > 0) headers.push(...mirroredHeaders(mirrored, valueOf('arguments')));
  return headers;
}

function valueAfter(bytes: Buffer, span: Span | undefined, edits: readonly Edit[]): unknown {
  if (!span) return undefined;
  const edited = edits.find(({ start, end }) => start === span.start && end === span.end);
  return parse(edited?.text ?? textOf(bytes, span));
}

function mirroredHeaders(mirrored: readonly MirroredArgument[], given: unknown): string[] {
  return mirrored.flatMap(({ header, path }) => {
    const text = textFor(path.reduce(memberOf, given));
    return text === undefined ? [] : [`mcp-param-${header}`, headerValue(text)];
  });
}

function memberOf(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isObject ? (value as Record<string, unknown>)[name] : undefined;
}

/** An integer that JSON.parse cannot hold exactly has no header: it would differ from the body. */
function textFor(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  return undefined;
}
