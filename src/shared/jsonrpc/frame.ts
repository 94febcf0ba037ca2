import { ProtocolError, RpcCode } from '../errors/index.js';
import { LARGE, largeBytes } from '../large-bytes.js';
import { Rope, type Bytes } from '../rope.js';
import { fieldsOf, membersOf, refuseDisguised, valueOf, type Span } from './members.js';

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
  /** Of `params`; none when there are none. Read once. @throws ProtocolError when a key is given twice. */
  readonly members: ReadonlyMap<string, Span>;
  /** Of `_meta` in `params`; none when there is none. Read once. @throws ProtocolError when it is no sound object. */
  readonly meta: ReadonlyMap<string, Span>;
}

const NONE: ReadonlyMap<string, Span> = new Map();

/** Parameters that we read, and that upstreams must read as we do. */
const PARAMETERS = ['name', 'arguments', 'uri', '_meta', 'taskId', 'ref', 'level', 'cursor', 'requestId'];

function parametersOf(bytes: Buffer, params: Span): ReadonlyMap<string, Span> {
  const members = membersOf(bytes, params);
  for (const key of members.keys()) refuseDisguised(key, PARAMETERS);
  return members;
}

type Read = Omit<Frame, 'members' | 'meta'>;

class Message implements Frame {
  readonly bytes: Buffer;
  readonly kind: Frame['kind'];
  readonly id: Frame['id'];
  readonly idSpan: Span | undefined;
  readonly method: string | undefined;
  readonly params: Span | undefined;
  readonly outcome: Span | undefined;
  private knownMembers: ReadonlyMap<string, Span> | undefined;
  private knownMeta: ReadonlyMap<string, Span> | undefined;

  constructor({ bytes, kind, id, idSpan, method, params, outcome }: Read) {
    this.bytes = bytes;
    this.kind = kind;
    this.id = id;
    this.idSpan = idSpan;
    this.method = method;
    this.params = params;
    this.outcome = outcome;
  }

  get members(): ReadonlyMap<string, Span> {
    return (this.knownMembers ??= this.params ? parametersOf(this.bytes, this.params) : NONE);
  }

  get meta(): ReadonlyMap<string, Span> {
    const span = this.members.get('_meta');
    return (this.knownMeta ??= span ? membersOf(this.bytes, span) : NONE);
  }
}

function invalid(reason: string): never {
  throw new ProtocolError(RpcCode.invalidRequest, `Invalid request: ${reason}`);
}

function idOf(bytes: Buffer, span: Span | undefined): RequestId | null | undefined {
  if (!span) return undefined;
  const id = valueOf(bytes, span);
  if (typeof id === 'string' || id === null || (typeof id === 'number' && Number.isSafeInteger(id))) return id;
  return invalid('the id must be a string or an integer');
}

const FIELDS = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];

/** @throws ProtocolError -32700 or -32600 when the bytes are not one JSON-RPC message. */
export function readFrame(bytes: Buffer): Frame {
  const [version, idSpan, methodSpan, params, result, error] = fieldsOf(bytes, FIELDS);
  const id = idOf(bytes, idSpan);
  if (!version || valueOf(bytes, version) !== '2.0') invalid('"jsonrpc" must be "2.0"');
  if (!methodSpan) {
    if (!idSpan || !!result === !!error) invalid('it has neither a method nor exactly one of result and error');
    const kind = result ? 'result' : 'error';
    return new Message({ bytes, kind, id, idSpan, method: undefined, params: undefined, outcome: result ?? error });
  }
  const method = valueOf(bytes, methodSpan);
  if (typeof method !== 'string') invalid('the method must be a string');
  if (id === null) invalid('the id must not be null');
  if (params && bytes[params.start] !== 0x7b) invalid('params must be an object');
  const kind = idSpan ? 'request' : 'notification';
  return new Message({ bytes, kind, id, idSpan, method, params, outcome: undefined });
}

/** What replaces a span of bytes. */
export interface Edit extends Span {
  readonly text: string;
}

/** The same bytes with some spans replaced; edits may come in any order and must not overlap. */
export function splice(bytes: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return bytes;
  const inOrder = edits.length === 1 ? edits : [...edits].sort((a, b) => a.start - b.start);
  let growth = 0;
  for (const { start, end, text } of inOrder) growth += Buffer.byteLength(text) - (end - start);
  const spliced = Buffer.allocUnsafe(bytes.length + growth);
  let [from, to] = [0, 0];
  for (const { start, end, text } of inOrder) {
    to += bytes.copy(spliced, to, from, start);
    to += spliced.write(text, to);
    from = end;
  }
  bytes.copy(spliced, to, from);
  return spliced;
}

/** The same, but of a large message nothing is copied. */
export function spliced(bytes: Buffer, edits: readonly Edit[]): Bytes {
  if (bytes.length <= LARGE) return splice(bytes, edits);
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(from, start), Buffer.from(text));
    from = end;
  }
  parts.push(bytes.subarray(from));
  return new Rope(parts);
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
  if (bytes.length > LARGE && largeBytes(bytes)?.hasLineBreaks === false) return bytes;
  if (!bytes.includes(0x0a) && !bytes.includes(0x0d)) return bytes;
  const copy = Buffer.from(bytes);
  for (let at = 0; at < copy.length; at++) if (copy[at] === 0x0a || copy[at] === 0x0d) copy[at] = 0x20;
  return copy;
}
