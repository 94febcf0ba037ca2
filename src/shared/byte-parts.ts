import { LARGE, LargeBytes } from './large-bytes.js';

/** As many parts as any honest sender makes are kept as they came; further small ones are copied together. */
const FEW = 64;
const SMALL = 4096;
const BLOCK = 65_536;
const EMPTY = Buffer.alloc(0);

/** Bytes that arrive in parts; many tiny ones cost no more memory than the bytes themselves, many bytes no long pause. */
export class ByteParts {
  length = 0;
  private parts: Buffer[] = [];
  private block: Buffer = EMPTY;
  private used = 0;
  private large: LargeBytes | undefined;

  /** @throws NoRoomError when there are too many large messages already. */
  add(part: Buffer, expected?: number): void {
    this.length += part.length;
    if (this.large) return this.large.add(part);
    if (this.length > LARGE || (expected !== undefined && expected > LARGE)) {
      if (this.length > part.length || (expected !== undefined && expected > part.length)) {
        return this.enlarge(part, expected);
      }
    }
    if (this.parts.length < FEW || part.length >= SMALL) {
      this.seal();
      this.parts.push(part);
      return;
    }
    if (this.used + part.length > this.block.length) {
      this.seal();
      this.block = Buffer.allocUnsafe(BLOCK);
    }
    this.used += part.copy(this.block, this.used);
  }

  /** All of it; nothing is left. */
  take(): Buffer {
    const { large } = this;
    if (large) {
      this.large = undefined;
      this.length = 0;
      return large.take();
    }
    this.seal();
    const { parts } = this;
    this.parts = [];
    this.length = 0;
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }

  /** Nobody waits for the rest. */
  discard(): void {
    this.large?.release();
    this.large = undefined;
    this.parts = [];
    this.length = this.used = 0;
  }

  private enlarge(part: Buffer, expected: number | undefined): void {
    this.seal();
    this.large = new LargeBytes(expected);
    for (const earlier of this.parts) this.large.add(earlier);
    this.parts = [];
    this.large.add(part);
  }

  /** What was copied together is a part; the rest of its block is used on. */
  private seal(): void {
    if (this.used === 0) return;
    this.parts.push(this.block.subarray(0, this.used));
    this.block = this.block.subarray(this.used);
    this.used = 0;
  }
}
