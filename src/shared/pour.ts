import type { Writable } from 'node:stream';
import { afterOthers } from './turns.js';

const SLICE = 2 ** 18;

/** Writes a large message slice by slice, not faster than it is read, and lets others have their turn; then calls `done`. */
export function pour(stream: Writable, parts: readonly Buffer[], done: () => void): void {
  const left = slices(parts);
  let run = 0;
  const next = (): void => {
    if (stream.destroyed) return;
    const slice = left.next();
    if (slice.done) return done();
    const goOn = () => afterOthers(run++, next);
    if (stream.write(slice.value)) goOn();
    else stream.once('drain', goOn);
  };
  next();
}

function* slices(parts: readonly Buffer[]): Generator<Buffer, void> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += SLICE) yield part.subarray(at, at + SLICE);
  }
}
