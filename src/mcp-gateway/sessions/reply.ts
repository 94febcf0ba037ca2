/** Where the answer of one request goes, and what precedes it. */
export interface Reply {
  /** A notification or request that belongs to this exchange. */
  message(bytes: Buffer): void;
  /** The response; nothing follows it. */
  finish(bytes: Buffer): void;
  /** The exchange ends without a response, because the client has cancelled it. */
  drop(): void;
}

/** A stream to the client that belongs to no request in particular. */
export interface ClientStream {
  send(bytes: Buffer): void;
  end(): void;
}
