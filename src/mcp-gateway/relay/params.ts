import { membersOf, valueOf, type Span } from '../../shared/jsonrpc/index.js';
import type { Exchange } from './exchange.js';
import { invalidParams } from './failure.js';

/** A string in the bytes of a message, with its place. */
export interface TextAt extends Span {
  readonly value: string;
}

/** @throws ProtocolError -32602 when the member is missing or no string. */
export function stringIn(bytes: Buffer, members: ReadonlyMap<string, Span>, name: string): TextAt {
  const span = members.get(name);
  const value = span && valueOf(bytes, span);
  if (!span || typeof value !== 'string') throw invalidParams(`"${name}" must be a string`);
  return { start: span.start, end: span.end, value };
}

/** @throws ProtocolError -32602 */
export function stringParam({ request, params }: Exchange, name: string): TextAt {
  return stringIn(request.bytes, params, name);
}

/** @throws ProtocolError -32602 */
export function objectParam({ request, params }: Exchange, name: string): ReadonlyMap<string, Span> {
  const span = params.get(name);
  if (!span || request.bytes[span.start] !== 0x7b) throw invalidParams(`"${name}" must be an object`);
  return membersOf(request.bytes, span);
}
