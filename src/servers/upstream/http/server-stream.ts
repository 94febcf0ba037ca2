import { UpstreamError } from '../upstream-error.js';
import type { Exchange, ResponseReader } from './exchange.js';
import type { HttpOrigin } from './origin.js';

const FIRST_RETRY_MS = 1000;
/** Also for a server that asks for less. */
const SHORTEST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 30_000;
/** Connections refused in a row after which the server of a broken stream is gone, and its answer with it. */
const MOST_UNREACHED = 2;

interface StreamOptions {
  /** The headers of the current session, at each attempt. */
  readonly headers: () => string[];
  readonly onMessage: (message: Buffer) => void;
  /** The server has no such stream, or does not resume it. */
  readonly onRefused: (error: UpstreamError) => void;
  /** Where to go on, and when, for a stream that broke off. */
  readonly resume?: { readonly lastEventId: string; readonly retryMs: number | undefined };
}

/** A GET stream of messages, reopened with `Last-Event-ID` for as long as the server serves it. */
export class ServerStream implements ResponseReader {
  private exchange: Exchange | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastEventId: string | undefined;
  private retryMs: number;
  private unreached = 0;
  private stopped = false;

  constructor(
    private readonly origin: HttpOrigin,
    private readonly options: StreamOptions,
  ) {
    this.lastEventId = options.resume?.lastEventId;
    this.retryMs = options.resume?.retryMs ?? FIRST_RETRY_MS;
    if (options.resume) this.later();
    else this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.exchange?.abort();
  }

  onStart(status: number): void {
    this.unreached = 0;
    if (status < 300) this.retryMs = FIRST_RETRY_MS;
  }

  onEvent(data: Buffer): void {
    this.options.onMessage(data);
  }

  onEnd({ status }: { readonly status: number }): void {
    if (status < 300 && this.exchange?.events) return this.later();
    this.stopped = true;
    this.options.onRefused(new UpstreamError('NO_RESPONSE', `The stream ended (HTTP ${status}).`, 'unknown'));
  }

  onError(error: UpstreamError): void {
    if (!this.options.resume || error.code !== 'UPSTREAM_UNAVAILABLE' || ++this.unreached < MOST_UNREACHED) {
      return this.later();
    }
    this.stopped = true;
    const message = `The connection broke, and there is no new one. ${error.message}`;
    this.options.onRefused(new UpstreamError('UPSTREAM_CLOSED', message, 'unknown'));
  }

  private connect(): void {
    const resumed = this.lastEventId === undefined ? [] : ['last-event-id', this.lastEventId];
    const headers = [...this.options.headers(), 'accept', 'text/event-stream', ...resumed];
    this.exchange = this.origin.exchange({ method: 'GET', headers }, this);
  }

  private later(): void {
    if (this.stopped) return;
    this.lastEventId = this.exchange?.events?.lastEventId ?? this.lastEventId;
    const wait = Math.min(this.exchange?.events?.retryMs ?? this.retryMs, LONGEST_RETRY_MS);
    this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
    this.timer = setTimeout(() => this.connect(), Math.max(wait, SHORTEST_RETRY_MS)).unref();
  }
}
