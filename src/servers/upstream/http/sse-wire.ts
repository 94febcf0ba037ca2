import type { Bytes } from '../../../shared/rope.js';
import { UpstreamError } from '../upstream-error.js';
import type { StatefulWire, WireListener } from '../wire.js';
import type { Exchange, HttpResponse } from './exchange.js';
import type { HttpOrigin } from './origin.js';
import { refusal } from './refusal.js';

const ENDPOINT_MS = 15_000;

/** HTTP+SSE of 2024-11-05: one GET stream for all that the server says, which names the URL for our POSTs first. */
export class SseWire implements StatefulWire {
  readonly pid = undefined;

  private listener: WireListener | undefined;
  private stream: Exchange | undefined;
  private endpoint = '';
  private closing = false;

  private readonly postHeaders: string[];

  constructor(private readonly origin: HttpOrigin) {
    this.postHeaders = [...origin.headers, 'content-type', 'application/json'];
  }

  async open(listener: WireListener): Promise<void> {
    this.listener = listener;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(() => reject(noEndpoint()), ENDPOINT_MS);
        this.listen(resolve, reject);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  send(message: Bytes, call?: number): void {
    const failed = (error: UpstreamError) => this.listener?.onFailure(error, call);
    this.post(message, {
      onEvent: () => undefined,
      onEnd: (response) => response.status >= 300 && failed(refusal(response)),
      onError: failed,
    });
  }

  /** The answer would come on the common stream, so there is nothing of this call's own to close. */
  abandon(): boolean {
    return true;
  }

  initialized(_protocolVersion: string, notification: Buffer): Promise<void> {
    return new Promise((resolve) => {
      const done = () => resolve();
      this.post(notification, { onEvent: done, onEnd: done, onError: done });
    });
  }

  close(): Promise<void> {
    this.closing = true;
    this.stream?.abort();
    this.origin.close();
    return Promise.resolve();
  }

  private post(body: Bytes, reader: Parameters<HttpOrigin['exchange']>[1]): void {
    this.origin.exchange({ method: 'POST', path: this.endpoint, headers: this.postHeaders, body }, reader);
  }

  private listen(opened: () => void, failed: (error: Error) => void): void {
    const lost = (error: UpstreamError) => {
      failed(error);
      if (!this.closing) this.listener?.onLost(error);
    };
    const onEvent = (data: Buffer, type: string) => {
      if (type !== 'endpoint') return void this.listener?.onMessage(data);
      try {
        this.endpoint = this.pathOf(data.toString());
        opened();
      } catch (error) {
        failed(error as Error);
      }
    };
    const onEnd = (response: HttpResponse) => lost(response.status < 300 ? streamEnded() : refusal(response));
    const headers = [...this.origin.headers, 'accept', 'text/event-stream'];
    this.stream = this.origin.exchange({ method: 'GET', headers }, { onEvent, onEnd, onError: lost });
  }

  /** @throws UpstreamError when the server sends us elsewhere: our headers are meant for it alone. */
  private pathOf(endpoint: string): string {
    const { href, origin } = this.origin.url;
    const url = URL.canParse(endpoint, href) ? new URL(endpoint, href) : undefined;
    if (url?.origin === origin) return url.pathname + url.search;
    const message = 'The server names an endpoint on another origin, which is never followed.';
    throw new UpstreamError('UPSTREAM_REDIRECTED', message, 'no', { address: endpoint });
  }
}

function streamEnded(): UpstreamError {
  return new UpstreamError('UPSTREAM_CLOSED', 'The server ended its event stream.', 'unknown');
}

function noEndpoint(): UpstreamError {
  const message = `The server named no endpoint within ${ENDPOINT_MS} ms. Is this the URL of its event stream?`;
  return new UpstreamError('UPSTREAM_PROTOCOL', message);
}
