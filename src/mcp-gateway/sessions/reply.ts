import type { Bytes } from '../../shared/rope.js';

/** Where the answer of one request goes, and what precedes it. */
export interface Reply {
  /** Whether the client hears a message now, or when it comes back to the stream. */
  readonly isReachable: boolean;
  /** A notification or request that belongs to this exchange. */
  message(bytes: Buffer): void;
  /** The response; nothing follows it. `errorCode` is the code of its error, if it is one. */
  finish(bytes: Bytes, errorCode?: number): void;
  /** The exchange ends without a response, because the client has cancelled it. */
  drop(): void;
}

/** A stream to the client that belongs to no request in particular. */
export interface ClientStream {
  /** Whether the client is there to hear it. */
  readonly isOpen: boolean;
  send(bytes: Bytes): void;
  end(): void;
}
