import { MODERN_VERSION } from '../handshake.js';
import type { Bytes } from '../../../shared/rope.js';
import type { UpstreamError } from '../upstream-error.js';
import type { Wire, WireListener } from '../wire.js';
import type { Exchange, HttpResponse, ResponseReader } from './exchange.js';
import { POST_HEADERS } from './http-session.js';
import type { HttpOrigin } from './origin.js';
import { isRpcError, noResponse, refusal } from './refusal.js';

/** Streamable HTTP of 2026-07-28: each message is a POST that stands for itself, and its stream ends with its answer. */
export class StatelessWire implements Wire {
  readonly pid = undefined;

  private readonly posts = new Map<number, StatelessPost>();
  private readonly headers: readonly string[];
  private listener: WireListener | undefined;
  private hasAnswered = false;

  constructor(private readonly origin: HttpOrigin) {
    this.headers = [...origin.headers, ...POST_HEADERS, 'mcp-protocol-version', MODERN_VERSION];
  }

  open(listener: WireListener): Promise<void> {
    this.listener = listener;
    return Promise.resolve();
  }

  send(message: Bytes, call?: number, headers?: readonly string[]): void {
    const post = new StatelessPost(this, call);
    if (call !== undefined) this.posts.set(call, post);
    post.exchange = this.origin.exchange({ method: 'POST', headers: this.headers, more: headers, body: message }, post);
  }

  /** To close the response is to cancel: no message is needed, or understood. */
  abandon(call: number): boolean {
    this.posts.get(call)?.exchange?.abort();
    this.posts.delete(call);
    return false;
  }

  close(): Promise<void> {
    for (const call of [...this.posts.keys()]) this.abandon(call);
    this.origin.close();
    return Promise.resolve();
  }

  /** True when it was the awaited answer. */
  received(message: Buffer, call: number | undefined): boolean {
    const isAnswer = this.listener?.onMessage(message, call) ?? false;
    this.hasAnswered ||= isAnswer;
    return isAnswer;
  }

  failed(error: UpstreamError, call: number | undefined): void {
    this.listener?.onFailure(error, call);
  }

  finished(call: number | undefined): void {
    if (call !== undefined) this.posts.delete(call);
  }

  /**
   * An error of the protocol under an error of HTTP is an answer. Of a server that has never answered, only under the
   * specification's statuses: what a gate before it says (403, 5xx) tells nothing of its era.
   */
  isAnswer(response: HttpResponse): boolean {
    const { status } = response;
    const mayAnswer = status === 400 || status === 404 || (this.hasAnswered && status !== 401);
    return mayAnswer && isRpcError(response);
  }
}

/** One message and everything until its answer. */
class StatelessPost implements ResponseReader {
  exchange: Exchange | undefined;
  private answered = false;

  constructor(
    private readonly wire: StatelessWire,
    private readonly call: number | undefined,
  ) {}

  onEvent(data: Buffer): void {
    if (this.wire.received(data, this.call)) this.answered = true;
  }

  onEnd(response: HttpResponse): void {
    const { status, body } = response;
    const refused = status >= 300;
    if (body.length > 0 && (!refused || this.wire.isAnswer(response))) this.onEvent(body);
    if (this.answered || (!refused && this.call === undefined)) return this.wire.finished(this.call);
    this.onError(refused ? refusal(response) : noResponse());
  }

  onError(error: UpstreamError): void {
    this.wire.finished(this.call);
    if (!this.answered) this.wire.failed(error, this.call);
  }
}
