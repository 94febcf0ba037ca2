import { UpstreamError } from './upstream-error.js';

/** What went wrong before the link stood, with the last words of the program. `greeting` is the method asked first. */
export function notOpened(
  { code, message, details }: UpstreamError,
  greeting: string,
  stderr: readonly string[],
): UpstreamError {
  const told = stderr.length > 0 ? { ...details, stderr: [...stderr] } : details;
  if (code === 'UPSTREAM_CLOSED') {
    return new UpstreamError('UPSTREAM_UNAVAILABLE', `${message} It had not answered ${greeting} yet.`, 'no', told);
  }
  return new UpstreamError(code, code === 'TIMEOUT' ? `${greeting}: ${message}` : message, 'no', told);
}

/** A link that has ended cannot have executed what is asked of it now. */
export function refusedAfter({ code, message, details }: UpstreamError): UpstreamError {
  return new UpstreamError(code, message, 'no', details);
}

export function asUpstreamError(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  return new UpstreamError('UPSTREAM_PROTOCOL', error instanceof Error ? error.message : String(error), 'unknown');
}

/** The id of an answer that JSON.parse can read although `readFrame` refuses it. */
export function idDespiteFaults(message: Buffer): number | undefined {
  try {
    const { id, method } = JSON.parse(message.toString()) as { id?: unknown; method?: unknown };
    return typeof id === 'number' && method === undefined ? id : undefined;
  } catch {
    return undefined;
  }
}
