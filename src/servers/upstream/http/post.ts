import type { Bytes } from '../../../shared/rope.js';
import { UpstreamError } from '../upstream-error.js';
import type { WireListener } from '../wire.js';
import type { Exchange, HttpResponse, ResponseReader } from './exchange.js';
import type { HttpSession } from './http-session.js';
import { forgotSession, isRpcError, noResponse, refusal } from './refusal.js';
import { ServerStream } from './server-stream.js';

/** A connection that breaks off is tried again soon: either something between us and the server broke, or the server is gone. */
const BROKEN_RETRY_MS = 100;

/** What all the POSTs of one wire have in common. */
export interface PostContext {
  readonly session: HttpSession;
  readonly listener: WireListener;
  onFinished(post: Post): void;
}

/** One message to the server, and for a request everything until its answer: body, stream, resumed stream, new session. */
export class Post implements ResponseReader {
  private exchange: Exchange | undefined;
  private resumed: ServerStream | undefined;
  private initializes = false;
  private sessionUsed: string | undefined;
  private repeated = false;
  private answered = false;
  private finished = false;

  /** @param call the id of the request; undefined for a message that gets no answer. */
  constructor(
    private readonly context: PostContext,
    private readonly message: Bytes,
    readonly call: number | undefined,
  ) {}

  send(): void {
    const { session } = this.context;
    this.initializes = session.takeFresh();
    this.sessionUsed = this.initializes ? undefined : session.id;
    const headers = this.initializes ? session.initializeHeaders : session.postHeaders;
    this.exchange = session.origin.exchange({ method: 'POST', headers, body: this.message }, this);
  }

  /** True when the request may have reached the server. */
  abandon(): boolean {
    this.finish();
    this.resumed?.stop();
    this.exchange?.abort();
    return this.exchange?.started ?? false;
  }

  onStart(status: number, headers: HttpResponse['headers']): void {
    if (!this.initializes || status >= 300) return;
    const id = headers['mcp-session-id'];
    this.context.session.begin(typeof id === 'string' ? id : undefined);
  }

  onEvent(data: Buffer): void {
    if (!this.context.listener.onMessage(data, this.call)) return;
    this.answered = true;
    this.finish();
  }

  onEnd(response: HttpResponse): void {
    if (response.status >= 300) return this.onRefused(response);
    if (this.answered || this.call === undefined) return this.finish();
    const lastEventId = this.exchange?.events?.lastEventId;
    if (lastEventId !== undefined) return this.resume(lastEventId, this.exchange?.events?.retryMs);
    if (response.body.length > 0) this.onEvent(response.body);
    if (!this.answered) this.fail(noResponse());
  }

  onError(error: UpstreamError): void {
    const lastEventId = this.exchange?.events?.lastEventId;
    if (this.answered) this.finish();
    else if (lastEventId !== undefined && this.call !== undefined) this.resume(lastEventId, BROKEN_RETRY_MS);
    else this.fail(error);
  }

  private onRefused(response: HttpResponse): void {
    const { sessionUsed } = this;
    if (sessionUsed !== undefined && !this.repeated && forgotSession(response)) return void this.repeat(sessionUsed);
    const inBand = response.status !== 401 && this.call !== undefined && isRpcError(response);
    if (inBand) this.onEvent(response.body);
    if (!this.answered) this.fail(refusal(response));
  }

  /** A server that does not know the session has not executed the request: it is safe to send it again, once. */
  private async repeat(lost: string): Promise<void> {
    this.repeated = true;
    try {
      await this.context.session.renew(lost);
      if (!this.finished) this.send();
    } catch (error) {
      if (error instanceof UpstreamError) this.fail(error);
    }
  }

  private resume(lastEventId: string, retryMs: number | undefined): void {
    this.resumed = new ServerStream(this.context.session.origin, {
      headers: () => this.context.session.headers,
      onMessage: (message) => {
        this.onEvent(message);
        if (this.answered) this.resumed?.stop();
      },
      onRefused: (error) => this.fail(error.code === 'NO_RESPONSE' ? noResponse() : error),
      resume: { lastEventId, retryMs },
    });
  }

  private fail(error: UpstreamError): void {
    if (this.finished) return;
    this.finish();
    this.context.listener.onFailure(error, this.call);
  }

  private finish(): void {
    if (this.finished) return;
    this.finished = true;
    this.context.onFinished(this);
  }
}
