import { notification, membersOf, readFrame, request, textOf, type Frame } from '../../../shared/jsonrpc/index.js';
import { OURSELVES, readDiscovery } from '../handshake.js';
import type { CallOptions, Envelope, Listening, ListenFilter, ModernLink } from '../link.js';
import { patienceFor } from '../greeting-patience.js';
import { McpLink, type LinkParts } from '../mcp-link.js';
import { protocolErrorOf } from '../protocol-error-of.js';
import { UpstreamError } from '../upstream-error.js';
import { envelopeEdits } from './envelope.js';
import { Listen } from './listen.js';
import { requestHeaders } from './request-headers.js';

const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const UNSUPPORTED_VERSION = -32022;
/** So a server answers HTTP that knows nothing of stateless requests. */
const STRANGE_STATUSES = new Set<unknown>([400, 404, 405]);

/** Request notifications, which belong to a request and never to a subscription. */
const OF_REQUESTS = new Set(['notifications/progress', 'notifications/message']);

const LISTS = ['tools', 'prompts', 'resources'] as const;

/** A link of 2026-07-28: each request carries its envelope, and over HTTP the headers that repeat it. */
export class StatelessLink extends McpLink implements ModernLink {
  readonly era = 'modern';
  protected readonly greeting = 'server/discover';
  private readonly envelope: Envelope;
  private followed: Listen | undefined;

  constructor(parts: LinkParts) {
    super(parts);
    const { capabilities, clientInfo } = parts.opener ?? OURSELVES;
    this.envelope = { clientCapabilities: capabilities, clientInfo };
  }

  /** Our own subscription is not work. */
  override get inflight(): number {
    return super.inflight - (this.followed?.inflight ? 1 : 0);
  }

  override async call(request: Frame, options: CallOptions): Promise<Frame> {
    const { edits = [], envelope = this.envelope } = options;
    const completed = [...edits, ...envelopeEdits(request, envelope)];
    const headers = this.target.transport === 'stdio' ? undefined : requestHeaders(request, options);
    try {
      const answer = await super.call(request, { ...options, edits: completed }, headers);
      if (answer.kind === 'error') this.considerAnswer(answer);
      return answer;
    } catch (error) {
      this.considerFailure(error);
      throw error;
    }
  }

  override send(message: Buffer): void {
    if (this.closed) return;
    this.deliver(message, undefined, requestHeaders(readFrame(message), {}));
  }

  listen(filter: ListenFilter, onMessage: (frame: Frame) => void, onEnd?: () => void): Listening {
    return new Listen(this, filter, onMessage, onEnd);
  }

  protected async greet(): Promise<void> {
    const { patienceMs = patienceFor(this.target) } = this.parts;
    const discover = readFrame(request(0, this.greeting));
    this.agreed = readDiscovery(await this.call(discover, { timeoutMs: patienceMs }));
    if (this.parts.handlers.onNotification) this.followLists();
  }

  /** On a pipe, only the subscription's id tells where a notification belongs. */
  protected override onNotification(frame: Frame, call: number | undefined): void {
    const { method = '' } = frame;
    if (OF_REQUESTS.has(method)) return super.onNotification(frame, call);
    if (method === 'notifications/cancelled') return this.onTornDown(frame);
    const id = numberAt(frame, '_meta', SUBSCRIPTION_ID) ?? call;
    const sink = id === undefined ? undefined : this.calls.sinkOf(id);
    if (sink instanceof Listen) sink.onMessage(frame);
    else super.onNotification(frame, call);
  }

  /** Servers ask by `input_required` only; a request has no right answer here. */
  protected override onRequest({ bytes }: Frame): void {
    this.parts.log.stray(bytes);
  }

  /** A server may end a subscription, and nothing else (`basic/patterns/cancellation.mdx`). */
  private onTornDown(frame: Frame): void {
    const id = numberAt(frame, 'requestId');
    if (id === undefined || !(this.calls.sinkOf(id) instanceof Listen)) return;
    this.calls.fail(id, new UpstreamError('UPSTREAM_CLOSED', 'The server ended the subscription.', 'unknown'));
  }

  private followLists(): void {
    const { capabilities } = this.handshake;
    const lists = LISTS.filter((name) => (capabilities[name] as { listChanged?: unknown } | undefined)?.listChanged);
    if (lists.length === 0) return;
    const filter = Object.fromEntries(lists.map((name) => [`${name}ListChanged`, true])) as ListenFilter;
    let isFirst = true;
    this.followed = new Listen(this, filter, (frame) => {
      if (frame.method !== ACKNOWLEDGED) return super.onNotification(frame, undefined);
      if (!isFirst) for (const name of lists) this.assumeChanged(name);
      isFirst = false;
    });
  }

  /** Nobody knows what was announced while the stream was lost. */
  private assumeChanged(list: string): void {
    super.onNotification(readFrame(notification(`notifications/${list}/list_changed`)), undefined);
  }

  private considerAnswer(answer: Frame): void {
    if (this.opened && protocolErrorOf(answer).code === UNSUPPORTED_VERSION) this.parts.onDoubt?.();
  }

  private considerFailure(error: unknown): void {
    if (!this.opened || !(error instanceof UpstreamError) || error.code !== 'UPSTREAM_REFUSED') return;
    if (STRANGE_STATUSES.has(error.details.status)) this.parts.onDoubt?.();
  }
}

function numberAt({ bytes, params }: Frame, ...path: string[]): number | undefined {
  let span = params;
  for (const name of path) span = span && membersOf(bytes, span).get(name);
  const number = span && Number(textOf(bytes, span));
  return Number.isInteger(number) ? number : undefined;
}
