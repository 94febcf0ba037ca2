import { noAnswer, UpstreamError, type CallSink, type Cancellation } from '../../servers/index.js';
import { failure, spliced, type Edit, type Frame, type RequestId, type Span } from '../../shared/jsonrpc/index.js';
import { release, type Bytes } from '../../shared/rope.js';
import type { Caller } from '../sessions/caller.js';
import type { Call, Conversation } from '../sessions/conversation.js';
import type { Reply } from '../sessions/reply.js';
import { Abort } from './abort.js';
import { protocolErrorOf } from './failure.js';
import { beyondExcerpt, errorCodeOf, excerpt, outcomeOf, outcomeOfError, type Outcome } from './outcome.js';
import type { Recorder } from './recorder.js';

const CLOSING = Buffer.from('}');
const SUCCESS: Outcome = { status: 'success', errorCode: null, errorMessage: null, result: null };

/** One request of a client from its arrival to its answer, which it gets exactly once. */
export class Exchange<Talk extends Conversation = Conversation> implements Call, CallSink {
  readonly id: RequestId;
  readonly method: string;
  /** The server that answers, once that is known, and the tool's name there. */
  serverId: string | null;
  tool: string | null = null;
  /** Hears what the upstream says before it answers. */
  onUpstreamMessage: ((frame: Frame) => void) | undefined;
  private readonly at = new Date();
  private readonly startedAt = performance.now();
  private readonly aborting = new Abort();
  private queueMs = 0;
  private over = false;
  private afterwards: (() => void) | undefined;

  constructor(
    readonly session: Talk,
    readonly caller: Caller,
    readonly request: Frame,
    readonly reply: Reply,
    private readonly recorder: Recorder,
  ) {
    this.id = request.id as RequestId;
    this.method = request.method as string;
    this.serverId = caller.endpoint.serverId;
  }

  get isOver(): boolean {
    return this.over;
  }

  get signal(): Cancellation {
    return this.aborting;
  }

  /** @throws ProtocolError when a key is given twice. */
  get params(): ReadonlyMap<string, Span> {
    return this.request.members;
  }

  /** The link is there: what came before was waiting. */
  sent(): void {
    this.queueMs = performance.now() - this.startedAt;
  }

  /** Runs when the exchange is over, however it ends. */
  finally(afterwards: () => void): void {
    const before = this.afterwards;
    this.afterwards = () => {
      before?.();
      afterwards();
    };
  }

  onMessage(frame: Frame): void {
    if (this.over) return;
    if (this.onUpstreamMessage) this.onUpstreamMessage(frame);
    else this.reply.message(frame.bytes);
  }

  /** The upstream's response under the client's id, with what else must differ. */
  answer(response: Frame, edits: readonly Edit[] = []): void {
    const { start, end } = response.idSpan as Span;
    const id = { start, end, text: JSON.stringify(this.id) };
    const bytes = spliced(response.bytes, edits.length > 0 ? [id, ...edits] : [id]);
    this.end(bytes, () => outcomeOf(response, this.method), errorCodeOf(response));
  }

  /** @param result JSON of an answer that needs nobody else's. */
  succeed(result: string | Buffer): void {
    const head = Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(this.id)},"result":`);
    const body = typeof result === 'string' ? Buffer.from(result) : result;
    this.end(Buffer.concat([head, body, CLOSING]), () => SUCCESS);
  }

  fail(cause: unknown): void {
    const error = protocolErrorOf(cause);
    const bytes = failure(this.id, error);
    this.end(bytes, () => outcomeOfError(error), error.code);
  }

  /** The client has given it up: the upstream is told, and there is no answer. */
  cancel(): void {
    const outcome: Outcome = {
      status: 'cancelled',
      errorCode: 'CANCELLED',
      errorMessage: 'The client cancelled the request.',
      result: null,
    };
    this.end(undefined, () => outcome);
    this.aborting.abort();
  }

  /** The upstream took too long: it is told, and so is the client. */
  timeOut(timeoutMs: number): void {
    this.fail(new UpstreamError('TIMEOUT', noAnswer(timeoutMs), 'unknown'));
    this.aborting.abort();
  }

  private end(answer: Bytes | undefined, outcomeNow: () => Outcome, errorCode?: number): void {
    if (this.over) return;
    this.over = true;
    this.session.over(this.id, this);
    this.afterwards?.();
    const outcome = outcomeNow();
    if (this.method !== 'tools/call' && (outcome.status === 'success' || outcome.status === 'cancelled')) {
      return this.respond(answer, errorCode);
    }
    // Who has an answer finds the call in the log, whatever happens to this process.
    const goOn = () => this.recorder.afterKept(() => this.respond(answer, errorCode));
    const recording = this.record(answer?.length ?? 0, outcome);
    if (recording) void recording.then(goOn);
    else goOn();
  }

  private respond(answer: Bytes | undefined, errorCode: number | undefined): void {
    if (answer) this.reply.finish(answer, errorCode);
    else this.reply.drop();
    release(this.request.bytes);
  }

  private record(responseBytes: number, outcome: Outcome): Promise<void> | undefined {
    const { at, method, serverId, tool, queueMs } = this;
    const { bytes } = this.request;
    const durationMs = performance.now() - this.startedAt;
    const given = method === 'tools/call' ? this.given() : undefined;
    const args = given ? excerpt(bytes, given) : null;
    const requestBytes = bytes.length;
    const wholeArguments = given && beyondExcerpt(bytes, given);
    return this.recorder.record(
      this.caller,
      this.session,
      { at, method, serverId, tool, arguments: args, wholeArguments, requestBytes, responseBytes, durationMs, queueMs },
      outcome,
    );
  }

  /** Parameters that cannot be read are the reason of the error, and no arguments. */
  private given(): Span | undefined {
    try {
      return this.params.get('arguments');
    } catch {
      return undefined;
    }
  }
}

/** What runs later than its caller must not leave the exchange without an answer. */
export function attempt(exchange: Exchange, step: () => void): void {
  try {
    step();
  } catch (error) {
    exchange.fail(error);
  }
}
