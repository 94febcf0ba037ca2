import { isUtf8 } from 'node:buffer';
import { largeRoom } from './large-room.js';
import { ValueEnds } from './value-ends.js';

/** Longer messages are read while they arrive, so that no step of their way takes long. */
export const LARGE = 2 ** 20;
const FIRST = 2 * LARGE;
/** What is smaller is copied within few milliseconds; more is reserved once, and for long. */
const SIZEABLE = 8 * 2 ** 20;
/** Room is taken in steps of this size. */
const STEP = 2 ** 20;
const LF = 0x0a;
const CR = 0x0d;

/** What is known of large messages, by the memory they stand in, so that it is also known of their parts. */
const known = new WeakMap<ArrayBufferLike, LargeBytes>();
/** Room that nobody has given back is free when the memory is. */
const forgotten = new FinalizationRegistry<Room>((room) => room.give());

class Room {
  private held = 0;

  /** @throws NoRoomError */
  reach(bytes: number): void {
    while (this.held < bytes) {
      largeRoom.take(STEP);
      this.held += STEP;
    }
  }

  give(): void {
    largeRoom.give(this.held);
    this.held = 0;
  }
}

/**
 * A large message as it arrives, in one piece of memory. Memory that was not written to yet costs nothing, so there may
 * be much of it, and what has arrived is seldom copied again.
 */
export class LargeBytes {
  length = 0;
  hasLineBreaks = false;
  isUtf8 = true;
  readonly ends = new ValueEnds();
  private bytes: Buffer;
  private checked = 0;
  private readonly room = new Room();

  /** @param expected its length, where that is known. */
  constructor(expected: number | undefined) {
    this.bytes = Buffer.allocUnsafeSlow(expected ?? FIRST);
    forgotten.register(this, this.room);
  }

  /** @throws NoRoomError */
  add(part: Buffer): void {
    const length = this.length + part.length;
    this.room.reach(length);
    if (length > this.bytes.length) this.grow(length);
    part.copy(this.bytes, this.length);
    this.length = length;
    this.hasLineBreaks ||= part.includes(LF) || part.includes(CR);
    const arrived = this.arrived;
    this.ends.read(arrived);
    this.check(arrived, wholeCharacters(arrived));
  }

  /** All of it; nothing is added any more. */
  take(): Buffer {
    this.check(this.arrived, this.length);
    known.set(this.bytes.buffer, this);
    return this.arrived;
  }

  /** Nobody needs it (any more). */
  release(): void {
    this.room.give();
  }

  private get arrived(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private grow(length: number): void {
    const growth = this.bytes.length < SIZEABLE ? 4 : 16;
    const larger = Buffer.allocUnsafeSlow(Math.max(length, growth * this.bytes.length));
    this.arrived.copy(larger);
    this.bytes = larger;
  }

  private check(arrived: Buffer, end: number): void {
    this.isUtf8 &&= isUtf8(arrived.subarray(this.checked, end));
    this.checked = end;
  }
}

/** What was found out about these bytes while they arrived; `undefined` when they are no (part of a) large message. */
export function largeBytes(bytes: Buffer): LargeBytes | undefined {
  return known.get(bytes.buffer);
}

/** Where the value ends that starts here, if that is known. */
export function knownEnd(bytes: Buffer, at: number): number | undefined {
  const { byteOffset, length } = bytes;
  const end = largeBytes(bytes)?.ends.endOf(byteOffset + at);
  return end === undefined || end > byteOffset + length ? undefined : end - byteOffset;
}

/** How far the bytes reach without a character that is not complete yet. */
function wholeCharacters(bytes: Buffer): number {
  for (let at = bytes.length - 1; at >= 0 && at >= bytes.length - 3; at--) {
    const byte = bytes[at] as number;
    if (byte >= 0xc0) return at;
    if (byte < 0x80) break;
  }
  return bytes.length;
}
