import { ProtocolError, RpcCode } from '../errors/index.js';
import { membersOf, textOf, type Span } from './members.js';

/** JSON-RPC 2.0 §4: a string or a number; `null` only in errors about messages that could not be read. */
export type RequestId = string | number;

/**
 * One JSON-RPC message as the bytes that arrived, with the places that the gateway reads or replaces. What is not
 * replaced is forwarded untouched, so unknown keys, big integers and key order survive.
 */
export interface Frame {
  readonly bytes: Buffer;
  readonly kind: 'request' | 'notification' | 'result' | 'error';
  /** Parsed id of a request or response. */
  readonly id: RequestId | null | undefined;
  readonly idSpan: Span | undefined;
  readonly method: string | undefined;
  readonly params: Span | undefined;
  /** The `result` of a response, or its `error`. */
  readonly outcome: Span | undefined;
}

function invalid(reason: string): never {
  throw new ProtocolError(RpcCode.invalidRequest, `Invalid request: ${reason}`);
}

function idOf(bytes: Buffer, span: Span | undefined): RequestId | null | undefined {
  if (!span) return undefined;
  const id = parse(textOf(bytes, span));
  if (typeof id === 'string' || id === null || (typeof id === 'number' && Number.isSafeInteger(id))) return id;
  return invalid('the id must be a string or an integer');
}

/** @throws ProtocolError -32700 */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ProtocolError(RpcCode.parse, 'Parse error: the message is not valid JSON');
  }
}

/** @throws ProtocolError -32700 or -32600 when the bytes are not one JSON-RPC message. */
export function readFrame(bytes: Buffer): Frame {
  const members = membersOf(bytes);
  const idSpan = members.get('id');
  const id = idOf(bytes, idSpan);
  const methodSpan = members.get('method');
  const version = members.get('jsonrpc');
  if (!version || textOf(bytes, version) !== '"2.0"') invalid('"jsonrpc" must be "2.0"');
  const result = members.get('result');
  const error = members.get('error');
  const base = { bytes, id, idSpan, method: undefined, params: undefined };
  if (!methodSpan) {
    if (!idSpan || !!result === !!error) invalid('it has neither a method nor exactly one of result and error');
    return { ...base, kind: result ? 'result' : 'error', outcome: result ?? error };
  }
  const method = parse(textOf(bytes, methodSpan));
  if (typeof method !== 'string') invalid('the method must be a string');
  if (id === null) invalid('the id must not be null');
  const params = members.get('params');
  if (params && bytes[params.start] !== 0x7b) invalid('params must be an object');
  return { ...base, kind: idSpan ? 'request' : 'notification', method, params, outcome: undefined };
}

/** What replaces a span of bytes. */
export interface Edit extends Span {
  readonly text: string;
}

/** The same bytes with some spans replaced; edits may come in any order and must not overlap. */
export function splice(bytes: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return bytes;
  const parts: Buffer[] = [];
  let from = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(from, edit.start), Buffer.from(edit.text));
    from = edit.end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

/** The message under another id. */
export function withId(frame: Frame, id: RequestId): Buffer {
  return frame.idSpan ? splice(frame.bytes, [{ ...frame.idSpan, text: JSON.stringify(id) }]) : frame.bytes;
}

/**
 * The same message without line breaks, as stdio and SSE need it. Inside JSON strings they are illegal, so each one
 * that stands is white space between tokens.
 */
export function onOneLine(bytes: Buffer): Buffer {
  if (!bytes.includes(0x0a) && !bytes.includes(0x0d)) return bytes;
  const copy = Buffer.from(bytes);
  for (let at = 0; at < copy.length; at++) if (copy[at] === 0x0a || copy[at] === 0x0d) copy[at] = 0x20;
  return copy;
}
