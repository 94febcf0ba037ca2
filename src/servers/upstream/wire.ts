import type { Bytes } from '../../shared/rope.js';
import type { UpstreamError } from './upstream-error.js';

/** What a wire tells the link above it. `call` is the id under which the link had sent the request. */
export interface WireListener {
  /** A message; `call` when it came on that call's own HTTP stream. True when it was an awaited answer. */
  onMessage(message: Buffer, call?: number): boolean;
  /** One message could not be delivered or gets no answer; the wire itself still stands. */
  onFailure(error: UpstreamError, call?: number): void;
  /** The wire is gone for good; said once, and not when `close` was called first. */
  onLost(error: UpstreamError): void;
  /** The upstream has forgotten the session: resolves when a new one is initialised. */
  onSessionLost(): Promise<void>;
}

/** One way to carry messages to an upstream. Knows bytes and streams, not methods. */
export interface Wire {
  /** Of the started program, stdio only. */
  readonly pid: number | undefined;
  /** Ready to carry the first message. @throws UpstreamError */
  open(listener: WireListener): Promise<void>;
  /**
   * `call` is the id of a request that awaits an answer; `headers`, names and values in turn, are what stateless HTTP
   * repeats of the message.
   * @throws UpstreamError when nothing more can be queued.
   */
  send(message: Bytes, call?: number, headers?: readonly string[]): void;
  /** Nobody waits for this call's answer any more; true when the upstream has to be told of it by a message. */
  abandon(call: number): boolean;
  close(): Promise<void>;
}

/** A wire that can carry the revisions which begin with `initialize`. */
export interface StatefulWire extends Wire {
  /** `initialize` agreed on a version: delivers the notification that says so, as far as possible before it resolves. */
  initialized(protocolVersion: string, notification: Buffer): Promise<void>;
}
