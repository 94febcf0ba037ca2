import { ByteParts } from '../../../shared/byte-parts.js';
import { addTo, tooLarge } from '../line-splitter.js';
import { UpstreamError } from '../upstream-error.js';
import type { Connections } from './client/connections.js';
import type { ResponseHandler } from './client/connection.js';
import type { Headers, ResponseHead } from './client/response-head.js';
import { EventStream } from './event-stream.js';
import type { HeldBytes } from './held-bytes.js';

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Empty when the response was an event stream. */
  readonly body: Buffer;
}

/** Who reads one HTTP response. Exactly one of `onEnd` and `onError` comes last. */
export interface ResponseReader {
  onStart?(status: number, headers: Headers): void;
  /** One event of a 2xx `text/event-stream`. */
  onEvent(data: Buffer, type: string): void;
  onEnd(response: HttpResponse): void;
  onError(error: UpstreamError): void;
}

/** One HTTP request and its response, read as one body or as events. */
export class Exchange implements ResponseHandler {
  /** The request is on its way: the upstream may have executed it. */
  started = false;
  events: EventStream | undefined;

  private aborted = false;
  private status = 0;
  private headers: Headers = {};
  private expected: number | undefined;
  private readonly body = new ByteParts();

  constructor(
    private readonly reader: ResponseReader,
    private readonly maxBytes: number,
    private readonly connections: Pick<Connections, 'abandon'>,
    private readonly held: HeldBytes,
  ) {}

  /** Closes the response unread; the reader hears nothing more. */
  abort(): void {
    this.aborted = true;
    this.held.set(0);
    this.body.discard();
    this.connections.abandon(this);
  }

  onSent(): void {
    this.started = true;
  }

  onHead({ status, headers }: ResponseHead): void {
    this.status = status;
    this.headers = headers;
    if (status < 300 && headers['content-type']?.startsWith('text/event-stream')) {
      this.events = new EventStream(this.maxBytes, (data, event) => {
        if (!this.aborted) this.reader.onEvent(data, event);
      });
    }
    const length = Number(headers['content-length']);
    if (length <= this.maxBytes) this.expected = length;
    this.reader.onStart?.(status, headers);
  }

  onData(chunk: Buffer): void {
    if (this.events) this.events.feed(chunk);
    else addTo(this.body, chunk, this.expected);
    if (this.body.length > this.maxBytes) throw tooLarge(this.maxBytes);
    if (!this.aborted) this.held.set(this.events?.pending ?? this.body.length);
  }

  onEnd(): void {
    this.held.set(0);
    this.reader.onEnd({ status: this.status, headers: this.headers, body: this.body.take() });
  }

  onError(error: Error): void {
    this.held.set(0);
    this.body.discard();
    this.reader.onError(this.explain(error));
  }

  private explain(error: Error): UpstreamError {
    if (error instanceof UpstreamError) return error;
    const reason = (error as NodeJS.ErrnoException).code ?? error.message;
    if (this.started) return new UpstreamError('UPSTREAM_CLOSED', `The connection broke (${reason}).`, 'unknown');
    return new UpstreamError('UPSTREAM_UNAVAILABLE', `The server could not be reached (${reason}).`);
  }
}
