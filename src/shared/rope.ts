import { largeBytes } from './large-bytes.js';

/** A large message in parts, so that nobody has to copy it to change some bytes. */
export class Rope {
  readonly length: number;

  constructor(readonly parts: readonly Buffer[]) {
    this.length = parts.reduce((sum, { length }) => sum + length, 0);
  }
}

export type Bytes = Buffer | Rope;

export function partsOf(bytes: Bytes): readonly Buffer[] {
  return bytes instanceof Rope ? bytes.parts : [bytes];
}

/** In one piece. */
export function joined(bytes: Bytes): Buffer {
  return bytes instanceof Rope ? Buffer.concat(bytes.parts) : bytes;
}

/** Nobody needs the message any more: if it was a large one, there is room for another. */
export function release(bytes: Bytes): void {
  for (const part of partsOf(bytes)) largeBytes(part)?.release();
}
