import { setTimeout as sleep } from 'node:timers/promises';
import { RpcCode } from '../../../shared/errors/index.js';
import { readFrame, request, type Frame } from '../../../shared/jsonrpc/index.js';
import type { AnyLink, CallSink, Listening, ListenFilter } from '../link.js';
import { protocolErrorOf } from '../protocol-error-of.js';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
/** A stream that lived for so long was no failure. */
const SOUND_MS = 10_000;
/** As long as a timer of Node can be. */
const FOREVER_MS = 2 ** 31 - 1;

const FINAL = new Set<number>([RpcCode.methodNotFound, RpcCode.invalidParams]);

/** A `subscriptions/listen` that is asked again whenever its stream ends, for as long as the link stands. */
export class Listen implements Listening, CallSink {
  private readonly stop = new AbortController();
  private readonly request: Frame;
  private asked = false;

  constructor(
    private readonly link: Pick<AnyLink, 'call' | 'closed'>,
    filter: ListenFilter,
    private readonly onFrame: (frame: Frame) => void,
    private readonly onEnd?: () => void,
  ) {
    this.request = readFrame(request(0, 'subscriptions/listen', { notifications: filter }));
    void this.run();
  }

  /** It is one of the link's requests in flight. */
  get inflight(): boolean {
    return this.asked;
  }

  onMessage(frame: Frame): void {
    if (!this.stop.signal.aborted) this.onFrame(frame);
  }

  close(): void {
    this.stop.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    for (let waitMs = FIRST_RETRY_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
      const from = performance.now();
      if (await this.isOver()) return void (signal.aborted || this.onEnd?.());
      if (performance.now() - from > SOUND_MS) waitMs = FIRST_RETRY_MS;
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** One stream from its request to its end; true when there should be no other. */
  private async isOver(): Promise<boolean> {
    this.asked = true;
    const options = { sink: this, timeoutMs: FOREVER_MS, maxMs: FOREVER_MS, signal: this.stop.signal };
    const answer = await this.link.call(this.request, options).catch(() => undefined);
    this.asked = false;
    if (this.stop.signal.aborted || this.link.closed) return true;
    return answer?.kind === 'error' && FINAL.has(protocolErrorOf(answer).code);
  }
}
