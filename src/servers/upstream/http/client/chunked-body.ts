import type { ResponseBody } from './response-body.js';
import { malformed } from './response-head.js';

const LF = 0x0a;
/** A chunk's size with extensions, or a trailer field. */
const MOST_LINE = 8192;
const MOST_TRAILERS = 65_536;
const SIZE = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i;

/** `Transfer-Encoding: chunked` (RFC 9112 §7.1); trailer fields are read and dropped. */
export class ChunkedBody implements ResponseBody {
  readonly endsWithConnection = false;
  private expects: 'size' | 'data' | 'end of data' | 'trailer' = 'size';
  private missing = 0;
  private line = '';
  private trailers = 0;

  feed(chunk: Buffer, onData: (data: Buffer) => void): Buffer | undefined {
    for (let at = 0; at < chunk.length;) {
      if (this.expects === 'data') {
        const data = chunk.subarray(at, at + this.missing);
        at += data.length;
        this.missing -= data.length;
        if (this.missing === 0) this.expects = 'end of data';
        onData(data);
        continue;
      }
      const end = chunk.indexOf(LF, at);
      this.extend(chunk.toString('latin1', at, end === -1 ? chunk.length : end));
      if (end === -1) return undefined;
      at = end + 1;
      if (this.isOver(this.takeLine())) return chunk.subarray(at);
    }
    return undefined;
  }

  private extend(part: string): void {
    this.line += part;
    if (this.line.length > MOST_LINE) throw malformed('a line of its body is too long');
  }

  private takeLine(): string {
    const { line } = this;
    if (!line.endsWith('\r')) throw malformed('a line of its body ends without CR');
    this.line = '';
    return line.slice(0, -1);
  }

  /** True after the empty line that ends the trailers. */
  private isOver(line: string): boolean {
    if (this.expects === 'trailer') {
      this.trailers += line.length;
      if (this.trailers > MOST_TRAILERS) throw malformed('its trailers are too long');
      return line === '';
    }
    if (this.expects === 'end of data') {
      if (line !== '') throw malformed('a chunk is longer than it says');
      this.expects = 'size';
      return false;
    }
    const [, size] = SIZE.exec(line) ?? [];
    if (size === undefined) throw malformed('the size of a chunk is no number');
    this.missing = parseInt(size, 16);
    this.expects = this.missing === 0 ? 'trailer' : 'data';
    return false;
  }
}
