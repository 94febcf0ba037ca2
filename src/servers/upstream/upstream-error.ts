/** Why an upstream gave no answer; the words are also the `errorCode` of the call log. */
export type UpstreamErrorCode =
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_CLOSED'
  | 'UPSTREAM_BUSY'
  | 'TOO_MANY_CONNECTIONS'
  | 'TOO_MANY_CALLS'
  | 'UPSTREAM_REFUSED'
  | 'UPSTREAM_UNAUTHORIZED'
  | 'UPSTREAM_REDIRECTED'
  | 'UPSTREAM_PROTOCOL'
  | 'ADDRESS_REFUSED'
  | 'MESSAGE_TOO_LARGE'
  | 'NO_RESPONSE'
  | 'TIMEOUT'
  | 'CANCELLED';

/** What helps a person to find the cause; secrets are masked. */
export interface UpstreamErrorDetails {
  /** HTTP status of the upstream's answer. */
  readonly status?: number;
  /** Of the JSON-RPC error by which the server refused to introduce itself. */
  readonly rpcCode?: number;
  readonly exitCode?: number;
  readonly signal?: string;
  /** The last lines that the program wrote to stderr. */
  readonly stderr?: readonly string[];
  /** Where a refused address or a redirect pointed to; for administrators only. */
  readonly address?: string;
}

/** The message is a sentence for people; `executed` says whether the upstream may have carried the request out. */
export class UpstreamError extends Error {
  constructor(
    readonly code: UpstreamErrorCode,
    message: string,
    readonly executed: 'no' | 'unknown' = 'no',
    readonly details: UpstreamErrorDetails = {},
  ) {
    super(message);
  }
}
