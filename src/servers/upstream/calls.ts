import type { Frame } from '../../shared/jsonrpc/index.js';
import type { CallOptions, CallSink } from './link.js';
import { UpstreamError } from './upstream-error.js';

interface PendingCall {
  readonly method: string;
  /** JSON text of the caller's progress token. */
  readonly token: string | undefined;
  readonly sink: CallSink | undefined;
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: UpstreamError) => void;
  readonly timer: NodeJS.Timeout;
  readonly startedAt: number;
  readonly maxMs: number;
  readonly timeoutMs: number;
  hardTimer: NodeJS.Timeout | undefined;
  readonly signal: AbortSignal | undefined;
  onAbort: (() => void) | undefined;
}

/** The requests of one link that wait for their answers, by the ids that the link gave them. */
export class Calls {
  private lastId = 0;
  private readonly pending = new Map<number, PendingCall>();

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
    return this.pending.size === 1 ? [...this.pending.keys()][0] : undefined;
  }

  has(id: number): boolean {
    return this.pending.has(id);
  }

  /** Settles with the answer, the failure, the timeout or the abort, whichever is first. */
  wait(id: number, request: { method: string; token: string | undefined }, options: CallOptions): Promise<Frame> {
    const { timeoutMs, maxMs = 10 * timeoutMs, sink, signal } = options;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.expire(id), Math.min(timeoutMs, maxMs));
      const times = { timer, startedAt: performance.now(), maxMs, timeoutMs, hardTimer: undefined };
      const call: PendingCall = { ...request, sink, resolve, reject, ...times, signal, onAbort: undefined };
      this.pending.set(id, call);
      if (!signal) return;
      call.onAbort = () => this.abort(id);
      signal.addEventListener('abort', call.onAbort, { once: true });
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
    for (const id of [...this.pending.keys()]) this.fail(id, error);
  }

  sinkOf(id: number): CallSink | undefined {
    return this.pending.get(id)?.sink;
  }

  /** Progress is a sign of life: the time-out starts anew. Undefined when the call is over or had no token. */
  progressed(id: number): { token: string; sink: CallSink | undefined } | undefined {
    const call = this.pending.get(id);
    if (call?.token === undefined) return undefined;
    call.timer.refresh();
    const left = call.maxMs - (performance.now() - call.startedAt);
    call.hardTimer ??= setTimeout(() => this.expire(id), Math.max(left, 0));
    return { token: call.token, sink: call.sink };
  }

  private expire(id: number): void {
    const call = this.take(id);
    if (!call) return;
    const waited = Math.round(performance.now() - call.startedAt);
    this.giveUp(id, call.method, 'The request timed out');
    call.reject(new UpstreamError('TIMEOUT', `The server did not answer within ${waited} ms.`, 'unknown'));
  }

  private abort(id: number): void {
    const call = this.take(id);
    if (!call) return;
    this.giveUp(id, call.method, 'The caller cancelled the request');
    call.reject(cancelled('unknown'));
  }

  private take(id: number): PendingCall | undefined {
    const call = this.pending.get(id);
    if (!call) return undefined;
    this.pending.delete(id);
    clearTimeout(call.timer);
    clearTimeout(call.hardTimer);
    if (call.onAbort) call.signal?.removeEventListener('abort', call.onAbort);
    return call;
  }
}

export function cancelled(executed: 'no' | 'unknown'): UpstreamError {
  return new UpstreamError('CANCELLED', 'The call was cancelled.', executed);
}
