import { ChunkedBody } from './chunked-body.js';
import { malformed, type ResponseHead } from './response-head.js';

/** Where one response's body ends (RFC 9112 §6.3). */
export interface ResponseBody {
  /** Hands on what belongs to the body; returns what follows it, or `undefined` while it goes on. @throws UpstreamError */
  feed(chunk: Buffer, onData: (data: Buffer) => void): Buffer | undefined;
  /** Whether the end of the connection is the end of the body. */
  readonly endsWithConnection: boolean;
}

/** @throws UpstreamError when its length is told twice or not at all: what two readers read differently can be smuggled. */
export function bodyOf({ status, headers }: ResponseHead): ResponseBody {
  const coding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked' || length !== undefined)
      throw malformed('the length of its body is ambiguous');
    return new ChunkedBody();
  }
  if (status === 204 || status === 304) return new FixedBody(0);
  if (length === undefined) return restOfConnection;
  if (!/^\d{1,15}$/.test(length)) throw malformed('the length of its body is no number');
  return new FixedBody(Number(length));
}

class FixedBody implements ResponseBody {
  readonly endsWithConnection = false;

  constructor(private missing: number) {}

  feed(chunk: Buffer, onData: (data: Buffer) => void): Buffer | undefined {
    const { length } = chunk;
    const mine = length > this.missing ? chunk.subarray(0, this.missing) : chunk;
    this.missing -= mine.length;
    if (mine.length > 0) onData(mine);
    return this.missing === 0 ? chunk.subarray(mine.length) : undefined;
  }
}

const restOfConnection: ResponseBody = {
  endsWithConnection: true,
  feed(chunk, onData) {
    if (chunk.length > 0) onData(chunk);
    return undefined;
  },
};
