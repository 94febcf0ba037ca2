import type { CallSink } from '../../../servers/index.js';
import { ProtocolError, RpcCode } from '../../../shared/errors/index.js';
import * as rpc from '../../../shared/jsonrpc/index.js';
import type { Edit, Frame, RequestId } from '../../../shared/jsonrpc/index.js';
import type { Caller } from '../../sessions/caller.js';
import { metaOf } from '../../sessions/stateless-client.js';
import { Abort } from '../abort.js';
import { declares, neededCapability } from '../input-kinds.js';
import { Patience } from '../patience.js';
import type { Lease, Tenant } from './leases.js';
import type { ModernExchange } from './modern-exchange.js';
import type { Parkable } from './parked-calls.js';

/** From the first request to the last answer, with all the time that people think, ms. */
const MOST_MS = 3_600_000;
/** Servers that ask several things at once say them one after another, ms. */
const GATHERING_MS = 20;

/** What becomes of an interactive call. */
export interface InteractiveEnds {
  answered(exchange: ModernExchange, response: Frame): void;
  failed(exchange: ModernExchange, error: unknown): void;
  /** The client must answer first: parks the call and gives what the client brings back. */
  park(call: InteractiveCall, exchange: ModernExchange): string;
  /** The lease is not needed any more; `isClean` when the upstream has nothing left to say. */
  over(lease: Lease, isClean: boolean): void;
}

/**
 * One call of a stateless client at an upstream of the older protocol, over all its rounds: what the upstream asks ends
 * the exchange with `input_required`, and the retry's exchange goes on where that one ended.
 */
export class InteractiveCall implements CallSink, Tenant, Parkable {
  readonly caller: Caller;
  round = 0;
  private exchange: ModernExchange | undefined;
  private patience: Patience | undefined;
  private gathering: NodeJS.Timeout | undefined;
  private asked = 0;
  private conclude: ((exchange: ModernExchange) => void) | undefined;
  /** What the upstream waits for, under the names that the client knows. */
  private readonly questions = new Map<string, Frame>();
  private readonly aborting = new Abort();
  private readonly token: string | undefined;

  constructor(
    private readonly lease: Lease,
    private readonly timeoutMs: number,
    private readonly ends: InteractiveEnds,
    first: ModernExchange,
  ) {
    this.caller = first.caller;
    this.token = tokenOf(first);
  }

  begin(exchange: ModernExchange, edits: readonly Edit[]): void {
    this.attach(exchange);
    this.lease.tenant = this;
    const options = { edits, sink: this, timeoutMs: MOST_MS, maxMs: MOST_MS, signal: this.aborting };
    this.lease.link.call(exchange.request, options).then(
      (response) => this.settle(true, (last) => this.ends.answered(last, response)),
      (error: unknown) => this.settle(false, (last) => this.ends.failed(last, error)),
    );
  }

  /** The retry: its answers go to the upstream, what is still open is asked again. */
  resume(exchange: ModernExchange, answers: ReadonlyMap<string, string>): void {
    this.attach(exchange);
    if (this.conclude) return this.conclude(exchange);
    for (const [key, result] of answers) {
      const question = this.questions.get(key);
      if (!question || !this.questions.delete(key)) continue;
      this.lease.link.send(Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(question.id)},"result":${result}}`));
    }
    if (this.questions.size > 0) this.gather();
  }

  abandon(): void {
    this.exchange = undefined;
    this.aborting.abort();
  }

  onMessage(frame: Frame): void {
    if (frame.kind === 'request') return this.ask(frame);
    this.patience?.restart();
    if (frame.method === 'notifications/progress') this.progress(frame);
    else if (frame.method === 'notifications/cancelled') this.withdraw(frame);
    else if (frame.method === 'notifications/message' && this.exchange?.session.client.logLevel) {
      this.exchange.reply.message(frame.bytes);
    }
  }

  private attach(exchange: ModernExchange): void {
    const isAsked = () => this.questions.size > 0;
    const patience = new Patience(this.timeoutMs, isAsked, (limitMs) => exchange.timeOut(limitMs));
    this.exchange = exchange;
    this.patience = patience;
    exchange.finally(() => patience.stop());
    exchange.signal.addEventListener('abort', () => this.abandon());
  }

  private ask(request: Frame): void {
    const { method = '', bytes, params } = request;
    const needed = neededCapability(method, bytes, params);
    if (!needed) {
      const error = { code: RpcCode.methodNotFound, message: 'Method not found' };
      return this.lease.link.send(rpc.failure(request.id as RequestId, error));
    }
    if (!declares(this.lease.capabilities, needed)) return this.refuse(needed);
    this.questions.set(`in${++this.asked}`, request);
    this.gather();
  }

  /** A server that asks what its client cannot answer cannot carry the call out. */
  private refuse(requiredCapabilities: object): void {
    const message = 'The server needs a capability that the client has not declared';
    this.exchange?.fail(new ProtocolError(RpcCode.missingCapability, message, { requiredCapabilities }));
    this.abandon();
  }

  private gather(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      if (this.exchange && this.questions.size > 0) this.park(this.exchange);
    }, GATHERING_MS);
  }

  private park(exchange: ModernExchange): void {
    this.round++;
    try {
      const state = this.ends.park(this, exchange);
      this.exchange = undefined;
      exchange.succeed(inputRequired(this.questions, state));
    } catch (error) {
      exchange.fail(error);
      this.abandon();
    }
  }

  private settle(isClean: boolean, conclude: (exchange: ModernExchange) => void): void {
    clearTimeout(this.gathering);
    this.questions.clear();
    this.ends.over(this.lease, isClean);
    this.conclude = conclude;
    if (this.exchange) conclude(this.exchange);
  }

  /** The upstream knows the token of the first round only. */
  private progress(frame: Frame): void {
    const { exchange } = this;
    const token = exchange && tokenOf(exchange);
    if (!exchange || token === undefined) return;
    const span = token === this.token ? undefined : frame.params && rpc.membersOf(frame.bytes, frame.params);
    const given = span?.get('progressToken');
    exchange.reply.message(given ? rpc.splice(frame.bytes, [{ ...given, text: token }]) : frame.bytes);
  }

  /** The upstream does not want to know any more. */
  private withdraw({ bytes, params }: Frame): void {
    const span = params && rpc.membersOf(bytes, params).get('requestId');
    const id = span && rpc.parse(rpc.textOf(bytes, span));
    for (const [key, question] of this.questions) if (question.id === id) this.questions.delete(key);
  }
}

function tokenOf({ request }: ModernExchange): string | undefined {
  const span = metaOf(request).get('progressToken');
  return span && rpc.textOf(request.bytes, span);
}

function inputRequired(questions: ReadonlyMap<string, Frame>, state: string): string {
  const asked = [...questions].map(([key, { method, bytes, params }]) => {
    const told = params ? `,"params":${rpc.textOf(bytes, params)}` : '';
    return `"${key}":{"method":${JSON.stringify(method)}${told}}`;
  });
  return `{"resultType":"input_required","inputRequests":{${asked.join(',')}},"requestState":${JSON.stringify(state)}}`;
}
