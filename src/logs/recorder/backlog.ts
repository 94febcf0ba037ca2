import type { Entry } from './entry.js';

export interface Bounds {
  readonly rows: number;
  readonly bytes: number;
}

/** A row without its texts, roughly. */
const ROW_BYTES = 600;

/** First in, first out, and bounded: when it is full the oldest entries give way. */
export class Backlog {
  private entries: (Entry | undefined)[] = [];
  private head = 0;
  private bytes = 0;

  constructor(private readonly bounds: Bounds) {}

  get length(): number {
    return this.entries.length - this.head;
  }

  /** Returns how many entries gave way. */
  push(entry: Entry): number {
    this.entries.push(entry);
    this.bytes += sizeOf(entry);
    let dropped = 0;
    for (; this.length > this.bounds.rows || (this.bytes > this.bounds.bytes && this.length > 1); dropped++)
      this.shift();
    return dropped;
  }

  /** Removes and returns the oldest entries: up to `rows` of them, and after the first one up to `bytes`. */
  take({ rows, bytes }: Bounds): Entry[] {
    const start = this.bytes;
    const taken: Entry[] = [];
    while (this.length > 0 && taken.length < rows && start - this.bytes < bytes) taken.push(this.shift());
    return taken;
  }

  *[Symbol.iterator](): Generator<Entry> {
    for (let at = this.head; at < this.entries.length; at++) yield this.entries[at] as Entry;
  }

  private shift(): Entry {
    const entry = this.entries[this.head] as Entry;
    this.entries[this.head++] = undefined;
    this.bytes -= sizeOf(entry);
    if (this.head > 1024 && this.head > this.entries.length / 2) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
    return entry;
  }
}

/** Two bytes a character: what V8 needs for text beyond Latin-1. */
function sizeOf({ kind, row }: Entry): number {
  if (kind === 'call') return ROW_BYTES + 2 * ((row.arguments?.length ?? 0) + (row.result?.length ?? 0));
  if (kind === 'serverLog') return ROW_BYTES + 2 * (row.message.length + (row.details?.length ?? 0));
  return ROW_BYTES;
}
