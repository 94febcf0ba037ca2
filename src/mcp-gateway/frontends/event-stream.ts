import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { onOneLine } from '../../shared/jsonrpc/index.js';
import { partsOf, release, Rope, type Bytes } from '../../shared/rope.js';
import type { Connection } from '../sessions/resumable-stream.js';
import type { Beating } from './pulse.js';

const HEADERS: OutgoingHttpHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};
/** Silence after which proxies may think that the stream is dead, ms. */
const QUIET_MS = 15_000;
/** A client that reads nothing for so long is gone, ms. */
const STALLED_MS = 60_000;
/** Bytes that may wait for a slow client, beside the message that is just being written. */
const MOST_QUEUED = 4 * 2 ** 20;
/** Below this a copy is cheaper than more writes. */
const SMALL = 16_384;

/** How long a client waits before it comes back, ms. */
const RETRY_MS = 1000;

const HEAD = Buffer.from('event: message\ndata: ');
const TAIL = Buffer.from('\n\n');

/** Node then closes the connection, unless bytes have moved; it sets its own time-out again after the response. */
export function endWhenStalled(res: ServerResponse): void {
  res.socket?.setTimeout(STALLED_MS);
}

/** Server-sent events to one client, with keep-alives, an end to clients that do not read, and no end else. */
export class EventStream implements Connection, Beating {
  onDrain: (() => void) | undefined;
  private writtenAt = Date.now();
  private allowance = MOST_QUEUED;

  constructor(
    private readonly res: ServerResponse,
    headers?: OutgoingHttpHeaders,
  ) {
    res.writeHead(200, headers ? { ...HEADERS, ...headers } : HEADERS);
    res.flushHeaders();
    endWhenStalled(res);
    res.on('drain', () => this.drained());
  }

  get isOpen(): boolean {
    return !this.res.destroyed && !this.res.writableEnded;
  }

  get isFull(): boolean {
    return this.res.writableNeedDrain;
  }

  send(message: Bytes, eventId?: string): void {
    if (!this.mayWrite(message.length)) return;
    const head = eventId === undefined ? HEAD : Buffer.from(`id: ${eventId}\nevent: message\ndata: `);
    if (message.length <= SMALL && !(message instanceof Rope)) {
      this.res.write(Buffer.concat([head, onOneLine(message), TAIL]));
      return;
    }
    this.res.cork();
    this.res.write(head);
    for (const part of partsOf(message)) if (part.length > 0) this.res.write(onOneLine(part));
    this.res.write(TAIL, () => release(message));
    this.res.uncork();
  }

  /** Any other event or field of the stream, such as `event: endpoint`. */
  say(lines: string): void {
    if (this.mayWrite(lines.length)) this.res.write(`${lines}\n\n`);
  }

  /** An event without data (2025-11-25 `basic/transports`, sending messages, 6). */
  prime(eventId: string): void {
    this.say(`id: ${eventId}\nretry: ${RETRY_MS}\ndata:`);
  }

  beat(now: number): void {
    if (now - this.writtenAt >= QUIET_MS) this.say(': keep-alive');
  }

  end(): void {
    if (this.isOpen) this.res.end();
  }

  cutOff(): void {
    this.res.destroy();
  }

  private drained(): void {
    this.allowance = MOST_QUEUED;
    this.onDrain?.();
  }

  private mayWrite(length: number): boolean {
    if (!this.isOpen) return false;
    if (this.res.writableLength > this.allowance) {
      this.res.destroy();
      return false;
    }
    this.allowance = Math.max(this.allowance, MOST_QUEUED + length);
    this.writtenAt = Date.now();
    return true;
  }
}
