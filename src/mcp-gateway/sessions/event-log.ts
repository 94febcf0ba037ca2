import { joined, Rope, type Bytes } from '../../shared/rope.js';
import type { EventMemory } from './event-memory.js';

/** What one stream keeps at most: events, bytes, ms. */
export const MOST_EVENTS = 1000;
export const MOST_BYTES = 10 * 2 ** 20;
export const KEPT_MS = 300_000;

/** What an event costs beside its message, bytes, measured: a buffer of its own is more than a small message. */
const OVERHEAD = 600;

interface Kept {
  readonly message: Buffer;
  readonly at: number;
}

/** The latest events of one stream, numbered from 1 on and without a gap: what must go takes all before it along. */
export class EventLog {
  private count = 0;
  private kept: Kept[] = [];
  private size = 0;

  constructor(
    private readonly keyId: string,
    private readonly memory: EventMemory,
  ) {}

  /** The number of the latest event. */
  get last(): number {
    return this.count;
  }

  add(message: Bytes): number {
    const cost = message.length + OVERHEAD;
    this.expire();
    while (this.kept.length >= MOST_EVENTS || this.size + cost > MOST_BYTES || !this.memory.take(this.keyId, cost)) {
      if (!this.dropOldest()) return this.skip();
    }
    this.size += cost;
    this.kept.push({ message: owned(message), at: this.memory.now() });
    return ++this.count;
  }

  /** Counts an event that nobody can ask for. */
  skip(): number {
    this.clear();
    return ++this.count;
  }

  /** Whether everything after this event is still there. */
  reachesBackTo(number: number): boolean {
    this.expire();
    return number <= this.count && number >= this.count - this.kept.length;
  }

  /** What was said next. */
  after(number: number): Buffer | undefined {
    return this.kept[number - this.count + this.kept.length]?.message;
  }

  expire(): void {
    const since = this.memory.now() - KEPT_MS;
    while (this.kept[0] && this.kept[0].at < since) this.dropOldest();
  }

  clear(): void {
    while (this.dropOldest());
  }

  private dropOldest(): boolean {
    const oldest = this.kept.shift();
    if (!oldest) return false;
    const cost = oldest.message.length + OVERHEAD;
    this.size -= cost;
    this.memory.give(this.keyId, cost);
    return true;
  }
}

/** A message is often a part of a larger buffer, which must not be kept because of it. */
function owned(message: Bytes): Buffer {
  if (message instanceof Rope) return joined(message);
  if (message.length === message.buffer.byteLength) return message;
  const copy = Buffer.allocUnsafeSlow(message.length);
  message.copy(copy);
  return copy;
}
