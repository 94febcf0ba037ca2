import type { RequestId } from '../../shared/jsonrpc/index.js';

/** A request in flight, as far as its conversation minds it. */
export interface Call {
  cancel(): void;
}

/** What a client says of itself, once per session or with every stateless request. */
export interface Introduction {
  readonly protocolVersion: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly clientInfo: { readonly name: string; readonly version: string } | undefined;
}

/** What a request belongs to: a session, or in the stateless protocol nothing but its caller. */
export interface Conversation {
  /** Undefined until the client has introduced itself. */
  readonly client: Introduction | undefined;
  /** As the logs name the session; `null` when there is none. */
  readonly logId: string | null;
  /** The request has its answer, or needs none any more. */
  over(id: RequestId, call: Call): void;
}
