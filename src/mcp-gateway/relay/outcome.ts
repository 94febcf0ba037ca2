import { fieldsOf, parse, textOf, type Frame, type Span } from '../../shared/jsonrpc/index.js';
import type { ProtocolError } from '../../shared/errors/index.js';
import { upstreamWord, wordOf } from './failure.js';

/** How a request ended, as the call log tells it. */
export interface Outcome {
  readonly status: 'success' | 'error' | 'timeout' | 'cancelled';
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  /** JSON text of the result or error, at most its first 64 kB. */
  readonly result: string | null;
  /** All of it, when it is longer. */
  readonly whole?: Buffer | undefined;
}

const MOST_COPIED = 65_536;
const MOST_MESSAGE = 1000;

/** The beginning of a value's text: what the call log keeps. */
export function excerpt(bytes: Buffer, span: Span): string {
  return textOf(bytes, { start: span.start, end: Math.min(span.end, span.start + MOST_COPIED) });
}

/** The whole value when its excerpt is not: the call log tells its SHA-256. */
export function beyondExcerpt(bytes: Buffer, { start, end }: Span): Buffer | undefined {
  return end - start > MOST_COPIED ? bytes.subarray(start, end) : undefined;
}

/** Of the upstream's response to `method`. */
export function outcomeOf(response: Frame, method: string): Outcome {
  const { bytes, outcome } = response;
  if (!outcome) return { status: 'success', errorCode: null, errorMessage: null, result: null };
  const result = excerpt(bytes, outcome);
  const whole = beyondExcerpt(bytes, outcome);
  if (response.kind === 'error') {
    const { code, message } = readError(result);
    return { status: 'error', errorCode: upstreamWord(code, method), errorMessage: message, result, whole };
  }
  if (method === 'tools/call' && isErrorResult(bytes, outcome)) {
    return { status: 'error', errorCode: 'TOOL_ERROR', errorMessage: firstText(result), result, whole };
  }
  return { status: 'success', errorCode: null, errorMessage: null, result, whole };
}

/** Of a request that the gateway itself answers with an error. */
export function outcomeOfError(error: ProtocolError): Outcome {
  const { code, message, data } = error;
  const word = wordOf(error);
  const status = word === 'TIMEOUT' ? 'timeout' : word === 'CANCELLED' ? 'cancelled' : 'error';
  const result = JSON.stringify({ code, message, data }).slice(0, MOST_COPIED);
  return { status, errorCode: word, errorMessage: message.slice(0, MOST_MESSAGE), result };
}

/** The code of an error response; `undefined` of any other, and of an error without a number. */
export function errorCodeOf({ kind, bytes, outcome }: Frame): number | undefined {
  if (kind !== 'error' || !outcome) return undefined;
  const { code } = readError(excerptOfError(bytes, outcome));
  return typeof code === 'number' ? code : undefined;
}

function isErrorResult(bytes: Buffer, result: Span): boolean {
  try {
    const [span] = fieldsOf(bytes, ['isError'], result);
    return span !== undefined && textOf(bytes, span) === 'true';
  } catch {
    return false;
  }
}

/** What an error means stands in its small members: of a long one, its data are left out. */
function excerptOfError(bytes: Buffer, error: Span): string {
  if (!beyondExcerpt(bytes, error)) return textOf(bytes, error);
  const [code] = fieldsOf(bytes, ['code'], error);
  return code ? `{"code":${textOf(bytes, code)}}` : '{}';
}

function readError(text: string): { code: unknown; message: string | null } {
  try {
    const { code, message } = parse(text) as { code?: unknown; message?: unknown };
    return { code, message: typeof message === 'string' ? message.slice(0, MOST_MESSAGE) : null };
  } catch {
    return { code: undefined, message: null };
  }
}

/** The tool's own words; `null` when they stand beyond what was copied. */
function firstText(result: string): string | null {
  try {
    const { content } = parse(result) as { content?: { text?: unknown }[] };
    const text = content?.find((part) => typeof part.text === 'string')?.text;
    return typeof text === 'string' ? text.slice(0, MOST_MESSAGE) : null;
  } catch {
    return null;
  }
}
