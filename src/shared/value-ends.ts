const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** As deep as a message may nest, counted from its own braces. */
const MAX_DEPTH = 129;
/** Deeper values are of no interest to a gateway. */
const DEEPEST_NOTED = 6;
/** Shorter values are as well found anew. */
const LONG = 4096;
/** Up to here a loop finds the end of a string sooner than a call into native code. */
const NEAR = 64;

/**
 * Where the long values of one JSON text end, found while it arrives, so that nobody has to go through all of it at once.
 * What is no JSON is left to those who read it later: from there on nothing is noted.
 */
export class ValueEnds {
  private readonly ends = new Map<number, number>();
  /** Of the arrays and objects that are open, by depth. */
  private readonly starts: number[] = [];
  private depth = 0;
  private at = 0;
  /** Of the string that is open. */
  private string = -1;
  private sound = true;

  /** Of the value that starts here; `undefined` when it is short or not over. */
  endOf(start: number): number | undefined {
    return this.ends.get(start);
  }

  /** @param bytes all that has arrived, from the beginning on. */
  read(bytes: Buffer): void {
    let { at } = this;
    while (this.sound && at < bytes.length) {
      if (this.string === -1) at = this.outside(bytes, at);
      if (this.string !== -1) at = this.inside(bytes, at);
    }
    this.at = at;
  }

  /** To just behind the next opening quote. */
  private outside(bytes: Buffer, from: number): number {
    let { depth } = this;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.string = at;
        this.sound = maySeparate(bytes[at - 1]);
        break;
      }
      if (byte === 0x7b || byte === 0x5b) {
        if (++depth <= DEEPEST_NOTED) this.starts[depth] = at;
        else if (depth > MAX_DEPTH) this.sound = false;
      } else if (byte === 0x7d || byte === 0x5d) {
        if (depth <= DEEPEST_NOTED) this.note(this.starts[depth] ?? at, at + 1);
        if (--depth < 0) this.sound = false;
      }
      if (!this.sound) break;
    }
    this.depth = depth;
    return Math.min(at + 1, bytes.length);
  }

  /** To just behind the closing quote. */
  private inside(bytes: Buffer, from: number): number {
    const quote = this.closingQuote(bytes, from);
    if (quote === -1) return bytes.length;
    if (this.depth <= DEEPEST_NOTED) this.note(this.string, quote + 1);
    this.string = -1;
    return quote + 1;
  }

  private closingQuote(bytes: Buffer, from: number): number {
    const near = Math.min(from + NEAR, bytes.length);
    for (let at = from; at < near; at++) if (bytes[at] === QUOTE && this.closes(bytes, at)) return at;
    for (let at = bytes.indexOf(QUOTE, near); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
      if (this.closes(bytes, at)) return at;
    }
    return -1;
  }

  private closes(bytes: Buffer, quote: number): boolean {
    let before = quote - 1;
    while (before > this.string && bytes[before] === BACKSLASH) before--;
    return (quote - before) % 2 === 1;
  }

  private note(start: number, end: number): void {
    if (end - start > LONG) this.ends.set(start, end);
  }
}

/** What stands before a string: nothing, a bracket, a comma, a colon or space. */
function maySeparate(byte: number | undefined): boolean {
  return byte === undefined || byte === 0x7b || byte === 0x5b || byte === 0x2c || byte === 0x3a || byte <= 0x20;
}
