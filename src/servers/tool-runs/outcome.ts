import { AppError } from '../../shared/errors/index.js';
import type { CallFinished } from '../../shared/events/index.js';
import { UpstreamError } from '../upstream/index.js';

type Recorded = Pick<CallFinished, 'status' | 'errorCode' | 'errorMessage' | 'result' | 'responseBytes'>;

interface Result {
  readonly isError: boolean;
  readonly content: readonly unknown[];
  readonly structuredContent: unknown;
}

/** What came of a call: for the log, and for the person. */
export type Outcome =
  | { readonly recorded: Recorded; readonly result: Result; readonly error?: undefined }
  | { readonly recorded: Recorded; readonly error: Error };

/** From an answer's `result`, or its `error` when `refused`. */
export function outcomeOf(refused: boolean, text: string, responseBytes: number): Outcome {
  return refused ? refusal(text, responseBytes) : given(text, responseBytes);
}

/** From the error of a call without an answer. */
export function failureOf(error: unknown): Outcome {
  const known = error instanceof UpstreamError ? error : undefined;
  const timedOut = known?.code === 'TIMEOUT';
  const message = error instanceof Error ? error.message : String(error);
  return {
    recorded: {
      status: timedOut ? 'timeout' : 'error',
      errorCode: known?.code ?? 'INTERNAL_ERROR',
      errorMessage: message,
      result: null,
      responseBytes: 0,
    },
    error: known ? new AppError(known.code.toLowerCase(), statusOf(known.code), message) : (error as Error),
  };
}

function statusOf(code: UpstreamError['code']): number {
  if (code === 'TIMEOUT') return 504;
  return code === 'TOO_MANY_CALLS' || code === 'TOO_MANY_CONNECTIONS' ? 429 : 502;
}

function given(text: string, responseBytes: number): Outcome {
  const { isError, content, structuredContent } = JSON.parse(text) as Partial<Result>;
  const failed = isError === true;
  const list = Array.isArray(content) ? content : [];
  return {
    recorded: {
      status: failed ? 'error' : 'success',
      errorCode: failed ? 'TOOL_ERROR' : null,
      errorMessage: failed ? firstText(list) : null,
      result: text,
      responseBytes,
    },
    result: { isError: failed, content: list, structuredContent: structuredContent ?? null },
  };
}

function refusal(text: string, responseBytes: number): Outcome {
  const { message, code } = JSON.parse(text) as { message?: unknown; code?: unknown };
  const sentence = `The server refused the call: ${String(message)} (${String(code)}).`;
  return {
    recorded: { status: 'error', errorCode: 'TOOL_ERROR', errorMessage: String(message), result: text, responseBytes },
    error: new AppError('tool_error', 502, sentence),
  };
}

function firstText(content: readonly unknown[]): string | null {
  const text = content.map((item) => (item as { text?: unknown } | null)?.text).find((one) => typeof one === 'string');
  return text?.slice(0, 1000) ?? null;
}
