import { bodyOf, type ResponseBody } from './response-body.js';
import { malformed, readHead, type ResponseHead } from './response-head.js';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const MOST_HEAD = 65_536;

/** Hears one response after another. */
export interface ResponseListener {
  onHead(head: ResponseHead): void;
  onData(data: Buffer): void;
  /** @param surplus something follows that nobody has asked for. */
  onEnd(surplus: boolean): void;
}

/** The responses of one connection, from the bytes as they arrive (RFC 9112). */
export class ResponseParser {
  private head: Buffer | undefined;
  private body: ResponseBody | undefined;
  private readonly onData = (data: Buffer) => this.listener.onData(data);

  constructor(private readonly listener: ResponseListener) {}

  /** @throws UpstreamError; the connection is of no use then. */
  feed(chunk: Buffer): void {
    if (this.body) return this.feedBody(this.body, chunk);
    const bytes = this.head ? Buffer.concat([this.head, chunk]) : chunk;
    const end = bytes.indexOf(END_OF_HEAD);
    if (end > MOST_HEAD || (end === -1 && bytes.length > MOST_HEAD)) throw malformed('its header is too long');
    this.head = end === -1 ? bytes : undefined;
    if (end === -1) return;
    const head = readHead(bytes.toString('latin1', 0, end));
    const rest = bytes.subarray(end + END_OF_HEAD.length);
    if (head.status === 101) throw malformed('it switches to a protocol that nobody asked for');
    if (head.status < 200) return rest.length > 0 ? this.feed(rest) : undefined;
    this.body = bodyOf(head);
    this.listener.onHead(head);
    this.feedBody(this.body, rest);
  }

  /** The connection ends: true when the response was over with that. */
  close(): boolean {
    if (!this.body?.endsWithConnection) return false;
    this.body = undefined;
    this.listener.onEnd(true);
    return true;
  }

  private feedBody(body: ResponseBody, chunk: Buffer): void {
    const rest = body.feed(chunk, this.onData);
    if (!rest) return;
    this.body = undefined;
    this.listener.onEnd(rest.length > 0);
  }
}
