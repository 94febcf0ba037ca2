/** What all sessions of one key may keep, and all sessions together, bytes. */
const MOST_PER_KEY = 32 * 2 ** 20;
const MOST_ALTOGETHER = 128 * 2 ** 20;

/** A stream that has ended and is kept for a client that did not hear the end. */
export interface Ended {
  forget(): void;
}

interface Share {
  held: number;
  /** Those that ended first come first. */
  readonly ended: Set<Ended>;
}

/** Bounds what is kept of streams for clients that come back; streams that have ended make room, the key's own first. */
export class EventMemory {
  private readonly shares = new Map<string, Share>();
  private total = 0;

  /** @param now the clock by which events age, ms. */
  constructor(readonly now: () => number = Date.now) {}

  get held(): number {
    return this.total;
  }

  /** False when there is no room. */
  take(keyId: string, bytes: number): boolean {
    if (!this.makeRoom(keyId, bytes)) return false;
    this.total += bytes;
    const share = this.shares.get(keyId);
    if (share) share.held += bytes;
    else this.shares.set(keyId, { held: bytes, ended: new Set() });
    return true;
  }

  give(keyId: string, bytes: number): void {
    const share = this.shares.get(keyId);
    if (!share) return;
    this.total -= bytes;
    share.held -= bytes;
    if (share.held === 0) this.shares.delete(keyId);
  }

  /** From now on this stream gives way to others of its key. */
  mayGo(keyId: string, stream: Ended): void {
    this.shares.get(keyId)?.ended.add(stream);
  }

  gone(keyId: string, stream: Ended): void {
    this.shares.get(keyId)?.ended.delete(stream);
  }

  private makeRoom(keyId: string, bytes: number): boolean {
    const own = this.shares.get(keyId);
    const hasShare = () => (own?.held ?? 0) + bytes <= MOST_PER_KEY;
    const fits = () => this.total + bytes <= MOST_ALTOGETHER;
    if (own) forgetUntil(own, () => hasShare() && fits());
    if (!hasShare()) return false;
    if (!fits()) for (const share of this.shares.values()) forgetUntil(share, fits);
    return fits();
  }
}

function forgetUntil({ ended }: Share, isEnough: () => boolean): void {
  for (const oldest of ended) {
    if (isEnough()) return;
    oldest.forget();
  }
}
