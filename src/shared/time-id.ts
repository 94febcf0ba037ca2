import { randomUUID } from 'node:crypto';

/** What the twelve bits hold that count within one millisecond. */
const MOST_PER_MS = 4096;

let lastMs = 0;
let count = 0;

/**
 * A UUID of version 7 (RFC 9562 §5.7, §6.2 method 1): ids of this process order as they were made, others by
 * millisecond. When one millisecond is full, it is continued in the next.
 */
export function timeId(): string {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    count = 0;
  } else if (++count === MOST_PER_MS) {
    lastMs++;
    count = 0;
  }
  return idOf(lastMs, count);
}

let turn = 0;

/** A UUID of version 7 of just that millisecond, for what is found again by its id and its time. */
export function timeIdAt(at: Date): string {
  turn = (turn + 1) % MOST_PER_MS;
  return idOf(at.getTime(), turn);
}

/** The millisecond that a UUID of version 7 was made for; any other UUID names one where nothing is. */
export function timeOf(id: string): Date {
  return new Date(parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

function idOf(ms: number, counter: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${randomUUID().slice(19)}`;
}
