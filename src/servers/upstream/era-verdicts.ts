import type { Era, UpstreamTarget } from './link.js';
import { UpstreamError } from './upstream-error.js';

/** A server that was updated may speak another era: a verdict is asked for anew after so long, ms. */
const FRESH_MS = 24 * 3600 * 1000;

/** The oldest are forgotten: also what is tried once and never stored leaves verdicts. */
const MOST_VERDICTS = 10_000;

interface Verdict {
  readonly speaks: boolean;
  readonly at: number;
}

/** Which eras the upstreams were seen to speak, per registration. */
export class EraVerdicts {
  private readonly byTarget = new Map<string, Verdict>();

  /** Undefined: nobody knows, or not any more. */
  speaks(target: UpstreamTarget, era: Era): boolean | undefined {
    if (target.transport === 'sse') return era === 'legacy';
    const verdict = this.byTarget.get(keyOf(target, era));
    return verdict && Date.now() - verdict.at < FRESH_MS ? verdict.speaks : undefined;
  }

  /** Since it was noted, ms. */
  age(target: UpstreamTarget, era: Era): number {
    return Date.now() - (this.byTarget.get(keyOf(target, era))?.at ?? -Infinity);
  }

  note(target: UpstreamTarget, era: Era, speaks: boolean): void {
    const key = keyOf(target, era);
    this.byTarget.delete(key);
    this.byTarget.set(key, { speaks, at: Date.now() });
    const [oldest = key] = this.byTarget.keys();
    if (this.byTarget.size > MOST_VERDICTS) this.byTarget.delete(oldest);
  }

  forget(target: UpstreamTarget, era: Era): void {
    this.byTarget.delete(keyOf(target, era));
  }

  forgetServer(serverId: string): void {
    for (const key of [...this.byTarget.keys()]) if (key.startsWith(serverId)) this.byTarget.delete(key);
  }
}

/** One leg of one registration. */
export function keyOf({ serverId, revision }: UpstreamTarget, era: Era): string {
  return `${serverId} ${revision} ${era}`;
}

export function otherThan(era: Era): Era {
  return era === 'legacy' ? 'modern' : 'legacy';
}

/** Statuses of HTTP that tell of the caller or of the moment. */
const UNDECIDED = new Set([401, 403, 408, 425, 429]);

/**
 * Whether a link of this era was not opened because the upstream does not speak it, as far as one can tell. Over HTTP
 * 401, 403, 5xx and time-outs decide nothing; on stdio a program that runs and does not answer `server/discover` is legacy
 * (`basic/versioning.mdx`, 2026-07-28).
 */
export function speaksOtherwise(error: unknown, { transport }: UpstreamTarget, era: Era): boolean {
  if (!(error instanceof UpstreamError)) return false;
  const { code, details } = error;
  const { status = 0, rpcCode, exitCode, signal } = details;
  if (code === 'UPSTREAM_PROTOCOL') return era === 'modern' || rpcCode !== undefined;
  const hasEnded = exitCode !== undefined || signal !== undefined;
  if (transport === 'stdio') return era === 'modern' && (code === 'TIMEOUT' || hasEnded);
  return code === 'UPSTREAM_REFUSED' && status >= 400 && status < 500 && !UNDECIDED.has(status);
}
