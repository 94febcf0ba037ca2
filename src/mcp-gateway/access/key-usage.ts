import type { Events } from '../../shared/events/index.js';

/** A key that is used all the time is told of once a minute. */
const QUIET_MS = 60_000;

/** Tells when, from where and by which client a key was used. */
export class KeyUsage {
  private readonly toldAt = new Map<string, number>();

  constructor(private readonly events: Pick<Events, 'emit' | 'afterKept'>) {}

  note(apiKeyId: string | null, ip: string, client: string | null): void {
    if (apiKeyId === null) return;
    const now = Date.now();
    if (now - (this.toldAt.get(apiKeyId) ?? 0) < QUIET_MS) return;
    this.toldAt.set(apiKeyId, now);
    this.events.emit('key.used', { apiKeyId, at: new Date(now), ip, client });
  }
}
