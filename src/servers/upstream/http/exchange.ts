import type { Dispatcher } from 'undici';
import { tooLarge } from '../line-splitter.js';
import { UpstreamError } from '../upstream-error.js';
import { EventStream } from './event-stream.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

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

/** One HTTP request and its response, read as one body or as events; for undici's `dispatch`. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** The request is on its way: the upstream may have executed it. */
  started = false;
  events: EventStream | undefined;

  private controller: Dispatcher.DispatchController | undefined;
  private aborted = false;
  private status = 0;
  private headers: Headers = {};
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly reader: ResponseReader,
    private readonly maxBytes: number,
  ) {}

  /** Closes the response unread; the reader hears nothing more. */
  abort(): void {
    this.aborted = true;
    this.controller?.abort(new Error('Nobody reads this response any more'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.aborted) controller.abort(new Error('Given up before it was sent'));
    else this.started = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    const type = headers['content-type'];
    if (status < 300 && typeof type === 'string' && type.startsWith('text/event-stream')) {
      this.events = new EventStream(this.maxBytes, (data, event) => {
        if (!this.aborted) this.reader.onEvent(data, event);
      });
    }
    if (!this.aborted) this.reader.onStart?.(status, headers);
  }

  /** What is thrown here aborts the request and comes back as `onResponseError`. */
  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.events) return this.events.feed(chunk);
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) throw tooLarge(this.maxBytes);
  }

  onResponseEnd(): void {
    if (this.aborted) return;
    const body = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    this.reader.onEnd({ status: this.status, headers: this.headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.aborted) this.reader.onError(this.explain(error));
  }

  private explain(error: Error): UpstreamError {
    const known = [error, error.cause].find((cause) => cause instanceof UpstreamError);
    if (known) return known;
    const reason = (error as NodeJS.ErrnoException).code ?? error.message;
    if (this.started) return new UpstreamError('UPSTREAM_CLOSED', `The connection broke (${reason}).`, 'unknown');
    return new UpstreamError('UPSTREAM_UNAVAILABLE', `The server could not be reached (${reason}).`);
  }
}
