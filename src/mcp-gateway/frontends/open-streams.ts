import type { Opener } from '../sessions/caller.js';

/** More than any honest client holds open at once. */
const MOST_PER_KEY = 2000;

/** Counts the streams that each key holds open. */
export class OpenStreams {
  private readonly perKey = new Map<string, number>();

  /** False when the key may not open another. */
  opened({ principal }: Opener): boolean {
    const held = this.perKey.get(principal.keyId) ?? 0;
    if (held >= MOST_PER_KEY) return false;
    this.perKey.set(principal.keyId, held + 1);
    return true;
  }

  closed({ principal }: Opener): void {
    const left = (this.perKey.get(principal.keyId) ?? 1) - 1;
    if (left > 0) this.perKey.set(principal.keyId, left);
    else this.perKey.delete(principal.keyId);
  }
}
