import type { EventMemory } from './event-memory.js';
import { EventStore, type ResumePoint } from './event-store.js';
import type { ClientStream } from './reply.js';
import type { Connection, ResumableStream } from './resumable-stream.js';
import type { Session } from './session.js';

/** The first version whose clients may come back to a stream, and the first that understands an event without data. */
const RESUMES_SINCE = '2025-03-26';
const PRIMES_SINCE = '2025-11-25';
/** Messages that wait for the client to open its stream: what a server asks right after `initialized`. */
const MOST_WAITING = 32;
const MOST_WAITING_BYTES = 4 * 2 ** 20;

/** The streams of events of one session: answers of its POSTs, and the client's own, which belongs to no request. */
export class SessionStreams {
  /** What the client may come back to; none before there is a stream. */
  private events: EventStore | undefined;
  private own: ClientStream | undefined;
  private resumable: ResumableStream | undefined;
  private waiting: Buffer[] = [];

  constructor(
    private readonly session: Pick<Session, 'client' | 'opener'>,
    private readonly memory: EventMemory,
  ) {}

  /** The client's own stream, while the client is there. */
  get listening(): ClientStream | undefined {
    return this.own?.isOpen ? this.own : undefined;
  }

  /** A stream that the client may come back to, if its protocol knows of that. */
  open(): ResumableStream | undefined {
    const { client, opener } = this.session;
    const version = client?.protocolVersion ?? '';
    if (version < RESUMES_SINCE || opener.transport !== 'streamable-http') return undefined;
    this.events ??= new EventStore(opener.principal.keyId, this.memory, version >= PRIMES_SINCE);
    return this.events.open();
  }

  find(lastEventId: string): ResumePoint | undefined {
    return this.events?.find(lastEventId);
  }

  /** The client's own stream begins, or goes on from now. */
  attach(connection: Connection): void {
    this.resumable ??= this.open();
    this.own = this.resumable ?? connection;
    this.resumable?.carryOn(connection, this.resumable.last);
    this.sayWhatWaits();
  }

  /** A stream goes on where it was cut. */
  resume(connection: Connection, { stream, after }: ResumePoint): void {
    stream.carryOn(connection, after);
    if (stream === this.resumable) this.sayWhatWaits();
  }

  /** The connection that carried the client's own stream. */
  lost(connection: Connection): void {
    this.resumable?.lost(connection);
    if (this.own === connection) this.own = undefined;
  }

  /**
   * Says what belongs to no request. Without a stream it is lost, as the specification allows, unless the client may be
   * on its way back to one.
   */
  tell(message: Buffer): void {
    if (this.resumable) this.resumable.mention(message);
    else this.own?.send(message);
  }

  /** Whether the client can be asked: now, or by a message that waits for its stream. */
  get hasRoom(): boolean {
    if (this.listening) return true;
    const bytes = this.waiting.reduce((sum, { length }) => sum + length, 0);
    return this.waiting.length < MOST_WAITING && bytes < MOST_WAITING_BYTES;
  }

  /** Says what must not be lost. */
  askFor(message: Buffer): void {
    if (this.listening) this.listening.send(message);
    else this.waiting.push(message);
  }

  sweep(): void {
    this.events?.sweep();
  }

  close(): void {
    this.own?.end();
    this.events?.clear();
    this.own = this.resumable = undefined;
  }

  private sayWhatWaits(): void {
    for (const message of this.waiting.splice(0)) this.own?.send(message);
  }
}
