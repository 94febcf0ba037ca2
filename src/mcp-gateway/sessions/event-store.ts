import { randomBytes } from 'node:crypto';
import { EventLog } from './event-log.js';
import type { Ended, EventMemory } from './event-memory.js';
import { ResumableStream } from './resumable-stream.js';

/** What a stream costs beside its events, bytes. */
const STREAM_COST = 1500;

const EVENT_ID = /^([\w-]{8}\.\d{1,9}\.)(\d{1,15})$/;

/** Where a client comes back to. */
export interface ResumePoint {
  readonly stream: ResumableStream;
  /** The number of the last event that it has heard. */
  readonly after: number;
}

interface Held extends Ended {
  readonly stream: ResumableStream;
  readonly log: EventLog;
}

/**
 * The streams of one session that its client may come back to. An event's id is the session's tag, the number of its
 * stream and its own: what another session was given is unknown here, what another stream said is never told again.
 */
export class EventStore {
  private readonly tag = randomBytes(6).toString('base64url');
  private readonly held = new Map<string, Held>();
  private opened = 0;

  /** @param primes whether the client understands an event without data. */
  constructor(
    private readonly keyId: string,
    private readonly memory: EventMemory,
    private readonly primes: boolean,
  ) {}

  /** Nothing when the key has no room left even for an empty one. */
  open(): ResumableStream | undefined {
    const { keyId, memory, primes } = this;
    if (!memory.take(keyId, STREAM_COST)) return undefined;
    const prefix = `${this.tag}.${++this.opened}.`;
    const log = new EventLog(keyId, memory);
    const parts = { log, prefix, primes, now: memory.now };
    const stream = new ResumableStream(parts, () => memory.mayGo(keyId, held));
    const held: Held = { stream, log, forget: () => this.forget(prefix, held) };
    this.held.set(prefix, held);
    return stream;
  }

  /** Nothing when the event is none of this session's, or when what came after it is not kept any more. */
  find(lastEventId: string): ResumePoint | undefined {
    const [, prefix = '', number = ''] = EVENT_ID.exec(lastEventId) ?? [];
    const held = this.held.get(prefix);
    const after = Number(number);
    return held?.log.reachesBackTo(after) ? { stream: held.stream, after } : undefined;
  }

  /** Forgets what is too old. */
  sweep(): void {
    for (const held of this.held.values()) {
      held.log.expire();
      if (held.stream.hasExpired) held.forget();
    }
  }

  /** Ends and forgets all. */
  clear(): void {
    for (const held of this.held.values()) {
      held.stream.end();
      held.forget();
    }
  }

  private forget(prefix: string, held: Held): void {
    if (!this.held.delete(prefix)) return;
    const { keyId, memory } = this;
    memory.gone(keyId, held);
    held.log.clear();
    memory.give(keyId, STREAM_COST);
  }
}
