import { ByteParts } from '../../shared/byte-parts.js';
import { NoRoomError } from '../../shared/large-room.js';
import { UpstreamError } from './upstream-error.js';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Beside the message itself a line may carry a field name and white space. */
const SLACK = 64 * 1024;

/**
 * Cuts a byte stream into lines (LF or CRLF) without decoding it, so that a character split across chunks stays whole.
 * A line within one chunk is a view of that chunk.
 */
export class LineSplitter {
  private readonly held = new ByteParts();

  constructor(
    private readonly maxBytes: number,
    private readonly onLine: (line: Buffer) => void,
  ) {}

  /** How much of a line that has not ended is held. */
  get pending(): number {
    return this.held.length;
  }

  /** @throws UpstreamError when a line grows longer than `maxBytes` and some slack. */
  feed(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const line = this.completed(chunk.subarray(from, end));
      from = end + 1;
      this.onLine(line.at(-1) === RETURN ? line.subarray(0, -1) : line);
    }
    if (from < chunk.length) this.hold(from === 0 ? chunk : chunk.subarray(from));
  }

  /** What stands after the last line end, when the stream is over. */
  flush(): void {
    if (this.held.length > 0) this.onLine(this.completed(Buffer.alloc(0)));
  }

  private completed(tail: Buffer): Buffer {
    if (this.held.length === 0) return tail;
    addTo(this.held, tail);
    return this.held.take();
  }

  private hold(part: Buffer): void {
    addTo(this.held, part);
    if (this.held.length > this.maxBytes + SLACK) {
      this.held.discard();
      throw tooLarge(this.maxBytes);
    }
  }
}

/** @throws UpstreamError when there is no room for it; what there was is thrown away. */
export function addTo(parts: ByteParts, part: Buffer, expected?: number): void {
  try {
    parts.add(part, expected);
  } catch (error) {
    parts.discard();
    throw error instanceof NoRoomError ? new UpstreamError('UPSTREAM_BUSY', error.message, 'unknown') : error;
  }
}

export function tooLarge(maxBytes: number): UpstreamError {
  const limit = `${maxBytes} bytes`;
  return new UpstreamError(
    'MESSAGE_TOO_LARGE',
    `The server sent a message larger than ${limit}. Raise MAX_MESSAGE_BYTES, or ask the tool for less.`,
    'unknown',
  );
}
