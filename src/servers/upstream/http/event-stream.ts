import { ByteParts } from '../../../shared/byte-parts.js';
import { addTo, LineSplitter, tooLarge } from '../line-splitter.js';

const DATA = Buffer.from('data:');
const NEWLINE = Buffer.from('\n');
const COLON = 0x3a;
const SPACE = 0x20;

/** Reads `text/event-stream` (WHATWG HTML §9.2.6) from bytes, for servers that end lines with LF or CRLF. */
export class EventStream {
  /** Of the last complete event that had one; `undefined`: the stream cannot be resumed. */
  lastEventId: string | undefined;
  /** How long the server asks to wait before a reconnect, in milliseconds. */
  retryMs: number | undefined;

  private readonly lines: LineSplitter;
  private data: ByteParts | undefined;
  private type = 'message';
  private id: string | undefined;

  constructor(
    private readonly maxBytes: number,
    private readonly onEvent: (data: Buffer, type: string) => void,
  ) {
    this.lines = new LineSplitter(maxBytes, (line) => this.read(line));
  }

  /** How much of an event that has not ended is held. */
  get pending(): number {
    return this.lines.pending + (this.data?.length ?? 0);
  }

  /** @throws UpstreamError when an event is larger than `maxBytes`. */
  feed(chunk: Buffer): void {
    this.lines.feed(chunk);
  }

  private read(line: Buffer): void {
    if (line.length === 0) return this.dispatch();
    if (line[0] === COLON) return;
    if (line.length >= DATA.length && DATA.compare(line, 0, DATA.length) === 0) return this.append(line);
    const colon = line.indexOf(COLON);
    const name = line.toString('utf8', 0, colon === -1 ? line.length : colon);
    const value = colon === -1 ? '' : line.toString('utf8', line[colon + 1] === SPACE ? colon + 2 : colon + 1);
    if (name === 'data') this.append(DATA);
    else if (name === 'event') this.type = value || 'message';
    else if (name === 'id') this.id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
  }

  private append(line: Buffer): void {
    const part = line.subarray(line[DATA.length] === SPACE ? DATA.length + 1 : DATA.length);
    if (this.data) this.data.add(NEWLINE);
    else this.data = new ByteParts();
    addTo(this.data, part);
    if (this.data.length > this.maxBytes) throw tooLarge(this.maxBytes);
  }

  private dispatch(): void {
    const { data, type } = this;
    if (this.id !== undefined) this.lastEventId = this.id || undefined;
    this.data = undefined;
    this.type = 'message';
    const whole = data?.take();
    if (whole && whole.length > 0) this.onEvent(whole, type);
  }
}
