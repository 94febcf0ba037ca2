import { randomUUID } from 'node:crypto';
import { RpcCode } from '../../shared/errors/index.js';
import * as rpc from '../../shared/jsonrpc/index.js';
import type { Edit, Frame } from '../../shared/jsonrpc/index.js';
import type { Bytes } from '../../shared/rope.js';
import { Calls, cancelled } from './calls.js';
import type { AnyLink, CallOptions, Era, Handshake, LinkHandlers, Opener, UpstreamTarget } from './link.js';
import { asUpstreamError, idDespiteFaults, notOpened, refusedAfter } from './link-errors.js';
import { progressTokenIn } from './progress-token.js';
import { protocolErrorOf } from './protocol-error-of.js';
import { UpstreamError } from './upstream-error.js';
import type { UpstreamLog } from './upstream-log.js';
import type { Wire, WireListener } from './wire.js';

export interface LinkParts<W extends Wire = Wire> {
  readonly target: UpstreamTarget;
  readonly wire: W;
  readonly log: UpstreamLog;
  readonly handlers: LinkHandlers;
  /** Absent: the link is shared, and introduces itself as the gateway. */
  readonly opener?: Opener | undefined;
  /** Gives back what the link was allowed to take; called once it has ended. */
  readonly onGone?: (() => void) | undefined;
  /** How long the upstream may take to say who it is. */
  readonly patienceMs?: number | undefined;
  /** The upstream answers as if it had stopped to speak this era. */
  readonly onDoubt?: (() => void) | undefined;
}

/** What links of both eras do alike: messages under own ids, and what becomes of them. */
export abstract class McpLink<W extends Wire = Wire> implements AnyLink, WireListener {
  abstract readonly era: Era;
  /** The method that is asked first. */
  protected abstract readonly greeting: string;
  readonly id = randomUUID();
  readonly target: UpstreamTarget;
  readonly opener: Opener | undefined;
  readonly exclusive: boolean;
  openedAt = new Date();
  listChanges = 0;
  /** A call was answered. */
  hasAnswered = false;
  /** Ended because we wanted it to. */
  dismissed = false;

  protected readonly calls = new Calls((id, method, reason) => this.giveUp(id, method, reason));
  private lastUsed = Date.now();
  protected agreed: Handshake | undefined;
  private ended: UpstreamError | undefined;
  private wireClosed: Promise<void> | undefined;

  constructor(protected readonly parts: LinkParts<W>) {
    this.target = parts.target;
    this.opener = parts.opener;
    this.exclusive = parts.opener !== undefined;
  }

  get handshake(): Handshake {
    if (!this.agreed) throw new Error('The link has not been opened yet');
    return this.agreed;
  }

  get opened(): boolean {
    return this.agreed !== undefined;
  }

  get closed(): boolean {
    return this.ended !== undefined;
  }

  get pid(): number | undefined {
    return this.parts.wire.pid;
  }

  get lastUsedAt(): Date {
    return new Date(this.lastUsed);
  }

  get inflight(): number {
    return this.calls.size;
  }

  /** @throws UpstreamError; the wire is closed then. */
  async open(): Promise<this> {
    const { wire, log } = this.parts;
    try {
      await wire.open(this);
      await this.greet();
    } catch (error) {
      this.end(asUpstreamError(error));
      await wire.close();
      const failure = notOpened(this.ended ?? asUpstreamError(error), this.greeting, log.tail);
      const { address: _forAdministrators, ...details } = failure.details;
      log.say('error', 'connection', failure.message, { code: failure.code, ...details });
      throw failure;
    }
    const { serverInfo, protocolVersion } = this.handshake;
    this.openedAt = new Date();
    log.say('info', 'connection', `Connected to ${serverInfo.name} ${serverInfo.version} (MCP ${protocolVersion}).`);
    return this;
  }

  /** Async, so that whatever throws is a rejection. @param headers beside the request, on wires that have such. */
  async call(request: Frame, options: CallOptions, headers?: readonly string[]): Promise<Frame> {
    if (this.ended) throw refusedAfter(this.ended);
    if (options.signal?.aborted) throw cancelled('no');
    this.lastUsed = Date.now();
    const id = this.calls.nextId();
    const token = progressTokenIn(request);
    const { start, end } = request.idSpan as rpc.Span;
    const edits: Edit[] = [{ start, end, text: String(id) }];
    if (token) edits.push({ ...token, text: String(id) });
    if (options.edits) edits.push(...options.edits);
    const told = { method: request.method ?? '', token: token && rpc.textOf(request.bytes, token) };
    const answer = this.calls.wait(id, told, options);
    this.deliver(rpc.spliced(request.bytes, edits), id, headers);
    return answer;
  }

  async ask(method: string, params?: object, timeoutMs: number = this.target.timeoutMs): Promise<unknown> {
    const answer = await this.call(rpc.readFrame(rpc.request(0, method, params)), { timeoutMs });
    if (answer.kind === 'error') throw protocolErrorOf(answer);
    return answer.outcome && rpc.parse(rpc.textOf(answer.bytes, answer.outcome));
  }

  send(message: Buffer): void {
    if (this.ended) return;
    this.lastUsed = Date.now();
    this.deliver(message);
  }

  warn(message: string): void {
    this.parts.log.say('warning', 'error', message);
  }

  async close(reason: string): Promise<void> {
    const { name } = this.target;
    this.dismissed = !this.ended;
    this.end(new UpstreamError('UPSTREAM_CLOSED', `The connection to ${name} was closed: ${reason}.`, 'unknown'));
    await this.wireClosed;
  }

  /** Never throws: the wire goes on with the next message, whatever this one was. */
  onMessage(message: Buffer, call?: number): boolean {
    try {
      const frame = rpc.readFrame(message);
      if (frame.kind === 'result' || frame.kind === 'error') return this.onAnswer(frame, call);
      if (frame.kind === 'request') this.onRequest(frame, call);
      else this.onNotification(frame, call);
      return false;
    } catch (error) {
      return this.onUnreadable(message, error as Error, call);
    }
  }

  onFailure(error: UpstreamError, call?: number): void {
    if (call === undefined) this.parts.log.say('warning', 'connection', `Not delivered: ${error.message}`);
    else this.calls.fail(call, error);
    // Whoever asks next then meets the pool's back-off instead of a time-out.
    if (error.code === 'UPSTREAM_UNAVAILABLE' && !this.exclusive && this.calls.size === 0) this.end(error);
  }

  onLost(error: UpstreamError): void {
    this.end(error);
  }

  async onSessionLost(): Promise<void> {
    this.parts.log.say('warning', 'connection', `${this.target.name} has forgotten the session; it is opened anew.`);
    try {
      await this.greet();
    } catch (error) {
      this.end(asUpstreamError(error));
      throw error;
    }
  }

  /** Learns who the upstream is, as `agreed`. @throws UpstreamError when the two cannot talk. */
  protected abstract greet(): Promise<void>;

  private onAnswer(frame: Frame, call: number | undefined): boolean {
    const isAnswer = typeof frame.id === 'number' && this.calls.answer(frame.id, frame);
    if (isAnswer) this.hasAnswered ||= this.agreed !== undefined;
    if (isAnswer) return true;
    // An error about a message that the server could not read has no id; its stream, or being alone, tells whose it is.
    const addressee = frame.id === null ? (call ?? this.calls.only()) : undefined;
    return addressee !== undefined && this.calls.answer(addressee, frame);
  }

  protected onNotification(frame: Frame, call: number | undefined): void {
    const { method = '' } = frame;
    if (method === 'notifications/progress') return this.onProgress(frame);
    if (method.endsWith('/list_changed')) this.listChanges++;
    const sink = call !== undefined && method === 'notifications/message' ? this.calls.sinkOf(call) : undefined;
    if (sink) sink.onMessage(frame);
    else if (this.agreed) this.parts.handlers.onNotification?.(frame, this);
  }

  private onProgress(frame: Frame): void {
    const span = frame.params && rpc.membersOf(frame.bytes, frame.params).get('progressToken');
    const progress = span && this.calls.progressed(Number(rpc.textOf(frame.bytes, span)));
    if (!span || !progress?.sink) return;
    progress.sink.onMessage(rpc.readFrame(rpc.splice(frame.bytes, [{ ...span, text: progress.token }])));
  }

  protected onRequest(frame: Frame, call: number | undefined): void {
    const id = frame.id as rpc.RequestId;
    if (frame.method === 'ping') return this.deliver(rpc.result(id, {}));
    const sink = call === undefined ? undefined : this.calls.sinkOf(call);
    if (this.exclusive && sink) return sink.onMessage(frame);
    if (this.exclusive && this.parts.handlers.onRequest) return this.parts.handlers.onRequest(frame, this);
    this.deliver(rpc.failure(id, { code: RpcCode.methodNotFound, message: 'Method not found' }));
  }

  /** Not to let a caller wait for an answer that has come but breaks a rule of ours, such as the depth limit. */
  private onUnreadable(message: Buffer, error: Error, call: number | undefined): boolean {
    const addressee = call ?? idDespiteFaults(message);
    if (addressee === undefined || !this.calls.has(addressee)) {
      this.parts.log.stray(message);
      return false;
    }
    const reason = `The server sent a message that is not valid MCP: ${error.message}.`;
    this.calls.fail(addressee, new UpstreamError('UPSTREAM_PROTOCOL', reason, 'unknown'));
    return true;
  }

  private giveUp(id: number, method: string, reason: string): void {
    const mayHaveArrived = this.parts.wire.abandon(id);
    if (!mayHaveArrived || method === this.greeting) return;
    this.deliver(rpc.notification('notifications/cancelled', { requestId: id, reason }));
  }

  protected deliver(message: Bytes, call?: number, headers?: readonly string[]): void {
    try {
      this.parts.wire.send(message, call, headers);
    } catch (error) {
      this.onFailure(asUpstreamError(error), call);
    }
  }

  protected end(error: UpstreamError): void {
    if (this.ended) return;
    this.ended = error;
    this.calls.failAll(error);
    this.wireClosed = this.parts.wire.close();
    this.parts.onGone?.();
    if (!this.agreed) return;
    if (this.pid === undefined) this.parts.log.say(this.dismissed ? 'info' : 'error', 'connection', error.message);
    this.parts.handlers.onClose?.(error);
  }
}
