import { ProtocolError, RpcCode } from '../../shared/errors/index.js';
import type { Frame } from '../../shared/jsonrpc/index.js';
import type { Principal } from './principal.js';

const SPANS = { minute: 60_000, day: 86_400_000 } as const;
type Span = keyof typeof SPANS;

/** How often replicas tell each other, through the database, what they have counted, ms. */
const SETTLE_MS = 1000;
const FORGET_MS = 3_600_000;
const FREE = new Set(['initialize', 'ping', 'server/discover']);

export interface WindowCount {
  readonly apiKeyId: string;
  readonly span: Span;
  readonly startsAt: Date;
  readonly requests: number;
}

/** Where counts of all replicas come together. */
export interface CountSource {
  /** Adds to them, and answers what they are now. */
  countRequests(counts: readonly WindowCount[]): Promise<readonly WindowCount[]>;
  forgetCounts(): Promise<void>;
}

/** Requests of one key in one minute or day of UTC. */
interface Window {
  readonly apiKeyId: string;
  readonly span: Span;
  readonly startsAt: number;
  /** Of all replicas, as the database told last. */
  settled: number;
  /** Of this process, on their way to the database, and not yet sent. */
  sent: number;
  fresh: number;
  isKnown: boolean;
}

/**
 * Limits on the requests of a key. Counted here, settled in the database within a second: so much may several replicas
 * together let through too many, and a process that has just started.
 */
export class RateLimits {
  private readonly windows = new Map<string, Window>();
  private readonly timers: NodeJS.Timeout[] = [];
  private settling = false;

  constructor(private readonly source: CountSource) {}

  start(): void {
    this.timers.push(
      setInterval(() => void this.settle(), SETTLE_MS).unref(),
      setInterval(() => void this.source.forgetCounts().catch(() => undefined), FORGET_MS).unref(),
    );
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.settle();
  }

  /** @throws ProtocolError when the key has used up its minute or day; then nothing is counted. */
  count({ limits, apiKeyId }: Principal, frames: readonly Frame[], now = Date.now()): void {
    if (!limits || apiKeyId === null) return;
    const requests = frames.filter(({ kind, method = '' }) => kind === 'request' && !FREE.has(method)).length;
    if (requests === 0) return;
    const windows = (Object.keys(SPANS) as Span[]).flatMap((span) => {
      const limit = limits[span];
      return limit === undefined ? [] : [{ limit, window: this.window(apiKeyId, span, now) }];
    });
    for (const { limit, window } of windows) {
      if (total(window) + requests > limit) throw usedUp(limit, window, now);
    }
    for (const { window } of windows) window.fresh += requests;
  }

  private window(apiKeyId: string, span: Span, now: number): Window {
    const startsAt = now - (now % SPANS[span]);
    const key = `${apiKeyId} ${span}`;
    const known = this.windows.get(key);
    if (known?.startsAt === startsAt) return known;
    const window = { apiKeyId, span, startsAt, settled: 0, sent: 0, fresh: 0, isKnown: false };
    this.windows.set(key, window);
    setImmediate(() => void this.settle());
    return window;
  }

  private async settle(): Promise<void> {
    if (this.settling) return;
    const due = [...this.windows.values()].filter(({ fresh, isKnown }) => fresh > 0 || !isKnown);
    if (due.length === 0) return;
    this.settling = true;
    for (const window of due) [window.sent, window.fresh] = [window.fresh, 0];
    try {
      const counts = due.map(({ sent, startsAt, ...rest }) => ({
        ...rest,
        startsAt: new Date(startsAt),
        requests: sent,
      }));
      this.settled(await this.source.countRequests(counts));
      for (const window of due) window.isKnown = true;
    } catch {
      for (const window of due) window.fresh += window.sent; // the database is away: the next time
    }
    for (const window of due) window.sent = 0;
    this.settling = false;
    this.forget();
  }

  private settled(counts: readonly WindowCount[]): void {
    for (const { apiKeyId, span, startsAt, requests } of counts) {
      const window = this.windows.get(`${apiKeyId} ${span}`);
      if (window?.startsAt === startsAt.getTime()) window.settled = requests;
    }
  }

  private forget(now = Date.now()): void {
    for (const [key, { startsAt, span }] of this.windows) {
      if (startsAt + SPANS[span] < now) this.windows.delete(key);
    }
  }
}

function total({ settled, sent, fresh }: Window): number {
  return settled + sent + fresh;
}

function usedUp(limit: number, { span, startsAt }: Window, now: number): ProtocolError {
  const retryAfter = Math.max(1, Math.ceil((startsAt + SPANS[span] - now) / 1000));
  const message = `This API key may make ${limit} requests a ${span}: try again in ${retryAfter} s, or ask an Owner of the project for a higher limit.`;
  return new ProtocolError(RpcCode.busy, message, { kind: 'rate_limited', executed: 'no', retryAfter });
}
