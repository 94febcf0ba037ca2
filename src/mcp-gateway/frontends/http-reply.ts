import type { ServerResponse } from 'node:http';
import { pour } from '../../shared/pour.js';
import { partsOf, release, Rope, type Bytes } from '../../shared/rope.js';
import type { ClientStream, Reply } from '../sessions/reply.js';
import { endWhenStalled, EventStream } from './event-stream.js';
import type { Beating, Pulse } from './pulse.js';

/** After so long without an answer the client is shown that there is life, ms. */
const PATIENCE_MS = 15_000;
/** What fits into the socket's buffers needs no watch on whether the client reads it. */
const LARGE = 65_536;
/** An answer up to here is written in one piece with its header, which costs half as much: node:http joins strings only. */
const SMALL = 16_384;

/**
 * The answer of one POST: plain JSON when nothing precedes the response, otherwise an event stream (2025-11-25
 * `basic/transports`, sending messages, 5).
 */
export class HttpReply implements Reply, Beating {
  private stream: ClientStream | undefined;
  private connection: EventStream | undefined;
  private readonly since = Date.now();

  constructor(
    protected readonly res: ServerResponse,
    private readonly pulse: Pulse,
    private readonly headers?: Readonly<Record<string, string>>,
  ) {
    pulse.add(this);
  }

  get isReachable(): boolean {
    return !this.res.destroyed;
  }

  message(bytes: Buffer): void {
    this.streaming()?.send(bytes);
  }

  finish(bytes: Bytes, errorCode?: number): void {
    this.pulse.delete(this);
    if (this.stream) {
      this.stream.send(bytes);
      this.stream.end();
    } else if (!this.res.destroyed) {
      this.res.writeHead(this.statusOf(errorCode), {
        'content-type': 'application/json',
        'content-length': bytes.length,
        ...this.headers,
      });
      if (bytes instanceof Rope) this.writeLarge(bytes);
      else if (bytes.length <= SMALL) this.res.end(bytes.toString('latin1'), 'latin1');
      else this.res.end(bytes);
      if (bytes.length > LARGE) endWhenStalled(this.res);
    } else release(bytes);
  }

  drop(): void {
    this.pulse.delete(this);
    if (this.stream) this.stream.end();
    else if (!this.res.destroyed) new EventStream(this.res, this.headers).end();
  }

  beat(now: number): void {
    if (this.connection) this.connection.beat(now);
    else if (now - this.since >= PATIENCE_MS) this.streaming();
  }

  /** In sessions an error is an answer like any other. */
  protected statusOf(_errorCode: number | undefined): number {
    return 200;
  }

  private writeLarge(bytes: Rope): void {
    this.res.once('close', () => release(bytes));
    pour(this.res, partsOf(bytes), () => this.res.end());
  }

  /** The stream of events that begins on this connection. */
  protected streamOn(connection: EventStream): ClientStream {
    return connection;
  }

  private streaming(): ClientStream | undefined {
    if (this.stream || this.res.destroyed) return this.stream;
    this.connection = new EventStream(this.res, this.headers);
    this.stream = this.streamOn(this.connection);
    return this.stream;
  }
}
