import { InFlight } from '../../shared/in-flight.js';
import type { Frame } from '../../shared/jsonrpc/index.js';
import type { CallOptions, CallSink } from './link.js';
import { UpstreamError } from './upstream-error.js';

/** What the link knows of a request beside its bytes. */
export interface CallFacts {
  readonly method: string;
  /** JSON text of the caller's progress token. */
  readonly token: string | undefined;
}

class PendingCall {
  readonly startedAt = performance.now();
  hardTimer: NodeJS.Timeout | undefined;
  onAbort: (() => void) | undefined;

  constructor(
    readonly facts: CallFacts,
    readonly options: CallOptions,
    readonly timer: NodeJS.Timeout,
    readonly resolve: (frame: Frame) => void,
    readonly reject: (error: UpstreamError) => void,
  ) {}

  get maxMs(): number {
    return this.options.maxMs ?? 10 * this.options.timeoutMs;
  }
}

/** The requests of one link that wait for their answers, by the ids that the link gave them. */
export class Calls {
  private lastId = 0;
  private readonly pending = new InFlight<number, PendingCall>();

  /** @param giveUp tells the upstream that nobody waits any more. */
  constructor(private readonly giveUp: (id: number, method: string, reason: string) => void) {}

  get size(): number {
    return this.pending.size;
  }

  nextId(): number {
    return ++this.lastId;
  }

  /** The one that waits, when it is the only one. */
  only(): number | undefined {
    return this.pending.size === 1 ? this.pending.keys()[0] : undefined;
  }

  has(id: number): boolean {
    return this.pending.has(id);
  }

  /** Settles with the answer, the failure, the timeout or the abort, whichever is first. */
  wait(id: number, facts: CallFacts, options: CallOptions): Promise<Frame> {
    const { timeoutMs, maxMs, signal } = options;
    const patience = maxMs === undefined ? timeoutMs : Math.min(timeoutMs, maxMs);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(this.expire, patience, id, patience);
      const call = new PendingCall(facts, options, timer, resolve, reject);
      this.pending.set(id, call);
      if (!signal) return;
      call.onAbort = () => this.abort(id);
      signal.addEventListener('abort', call.onAbort);
    });
  }

  /** False when nobody waits for this answer (any more). */
  answer(id: number, frame: Frame): boolean {
    const call = this.take(id);
    call?.resolve(frame);
    return call !== undefined;
  }

  fail(id: number, error: UpstreamError): void {
    this.take(id)?.reject(error);
  }

  failAll(error: UpstreamError): void {
    for (const id of this.pending.keys()) this.fail(id, error);
  }

  sinkOf(id: number): CallSink | undefined {
    return this.pending.get(id)?.options.sink;
  }

  /** Progress is a sign of life: the time-out starts anew. Undefined when the call is over or had no token. */
  progressed(id: number): { token: string; sink: CallSink | undefined } | undefined {
    const call = this.pending.get(id);
    if (call?.facts.token === undefined) return undefined;
    call.timer.refresh();
    const left = call.maxMs - (performance.now() - call.startedAt);
    call.hardTimer ??= setTimeout(this.expire, Math.max(left, 0), id, call.maxMs);
    return { token: call.facts.token, sink: call.options.sink };
  }

  private readonly expire = (id: number, limitMs: number): void => {
    const call = this.take(id);
    if (!call) return;
    this.giveUp(id, call.facts.method, 'The request timed out');
    call.reject(new UpstreamError('TIMEOUT', noAnswer(limitMs), 'unknown'));
  };

  private abort(id: number): void {
    const call = this.take(id);
    if (!call) return;
    this.giveUp(id, call.facts.method, 'The caller cancelled the request');
    call.reject(cancelled('unknown'));
  }

  private take(id: number): PendingCall | undefined {
    const call = this.pending.get(id);
    if (!call) return undefined;
    this.pending.delete(id);
    clearTimeout(call.timer);
    clearTimeout(call.hardTimer);
    if (call.onAbort) call.options.signal?.removeEventListener('abort', call.onAbort);
    return call;
  }
}

/** The limit, not the time that has passed: it is what a person can change. */
export function noAnswer(limitMs: number): string {
  return `The server gave no answer within ${limitMs} ms.`;
}

export function cancelled(executed: 'no' | 'unknown'): UpstreamError {
  return new UpstreamError('CANCELLED', 'The call was cancelled.', executed);
}
