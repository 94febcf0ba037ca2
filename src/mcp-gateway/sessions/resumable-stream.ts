import type { Bytes } from '../../shared/rope.js';
import { KEPT_MS, type EventLog } from './event-log.js';
import type { ClientStream } from './reply.js';

/** What carries a stream to the client, as long as it holds. */
export interface Connection extends ClientStream {
  /** More would only wait in memory. */
  readonly isFull: boolean;
  /** Called whenever what has waited is gone. */
  onDrain: (() => void) | undefined;
  send(message: Bytes, eventId?: string): void;
  /** Gives the client an id to come back with, before there is anything to tell. */
  prime(eventId: string): void;
  cutOff(): void;
}

/** How a stream is made; ids are `prefix` and the number of the event. */
export interface StreamParts {
  readonly log: EventLog;
  readonly prefix: string;
  /** Whether the client understands an event without data. */
  readonly primes: boolean;
  readonly now: () => number;
}

/**
 * A stream of events that outlives its connection: the client comes back on another one and hears what it has missed
 * (2025-11-25 `basic/transports`, resumability and redelivery).
 */
export class ResumableStream implements ClientStream {
  private connection: Connection | undefined;
  /** The latest event that the connection was given. */
  private sent = 0;
  private lostAt = 0;
  private over = false;

  /** @param onEnd runs once, when nothing more will be said. */
  constructor(
    private readonly parts: StreamParts,
    private readonly onEnd: () => void,
  ) {}

  get isOpen(): boolean {
    return this.connection?.isOpen ?? false;
  }

  /** The number of the latest event. */
  get last(): number {
    return this.parts.log.last;
  }

  /** Whether who has heard this event has heard all. */
  endsWith(after: number): boolean {
    return this.over && after === this.last;
  }

  /** Whether the client is there, or may be on its way back. */
  get isAwaited(): boolean {
    return this.isOpen || this.parts.now() - this.lostAt < KEPT_MS;
  }

  get hasExpired(): boolean {
    return this.over && !this.isAwaited;
  }

  send(message: Bytes): void {
    if (this.over) return;
    const isBehind = this.sent < this.last;
    const number = this.parts.log.add(message);
    if (isBehind) return;
    this.sent = number;
    this.connection?.send(message, this.idOf(number));
  }

  /** Says what only matters to a client that is there or will be soon. */
  mention(message: Buffer): void {
    if (this.isAwaited) this.send(message);
    else this.sent = this.parts.log.skip();
  }

  /** Goes on after this event on this connection, in place of the one before. */
  carryOn(connection: Connection, after: number): void {
    this.connection?.cutOff();
    this.connection = connection;
    this.sent = after;
    connection.onDrain = () => this.catchUp(connection);
    if (this.parts.primes) connection.prime(this.idOf(after));
    this.catchUp(connection);
  }

  lost(connection: Connection): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.lostAt = this.parts.now();
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.lostAt = this.parts.now();
    if (this.connection) this.catchUp(this.connection);
    this.onEnd();
  }

  /** Not faster than the client reads, so that one who was too slow can come back; too slow for the log is cut off. */
  private catchUp(connection: Connection): void {
    if (this.connection !== connection) return;
    while (this.sent < this.last) {
      if (connection.isFull) return;
      const message = this.parts.log.after(this.sent);
      if (!message) return connection.cutOff();
      connection.send(message, this.idOf(++this.sent));
    }
    if (this.over) connection.end();
  }

  private idOf(number: number): string {
    return this.parts.prefix + number;
  }
}
