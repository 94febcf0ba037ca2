import { randomBytes } from 'node:crypto';
import type { Caller } from '../../sessions/caller.js';
import { invalidState, STATE_LIVES_MS, type RequestState } from './request-states.js';

/** More than any honest client leaves unanswered at once. */
const MOST_PER_KEY = 32;

/** A call at an upstream that waits for answers of its client, which is not connected meanwhile. */
export interface Parkable {
  readonly caller: Caller;
  /** Nobody comes back: the upstream is told. */
  abandon(): void;
}

interface Place<Kind> {
  readonly call: Kind;
  readonly round: number;
  readonly expiry: NodeJS.Timeout;
}

/** The calls that wait, each until it is fetched, its key may not go on or has too many, or ten minutes have passed. */
export class ParkedCalls<Kind extends Parkable> {
  private readonly places = new Map<string, Place<Kind>>();

  get size(): number {
    return this.places.size;
  }

  /** Beyond the bound of the key, the call that has waited longest is given up. */
  park(call: Kind, round: number): RequestState {
    const { keyId } = call.caller.principal;
    if (this.of(keyId).length >= MOST_PER_KEY) this.giveUpOldest(keyId);
    const parked = randomBytes(16).toString('base64url');
    const expiry = setTimeout(() => this.drop(parked), STATE_LIVES_MS).unref();
    this.places.set(parked, { call, round, expiry });
    return { parked, round };
  }

  /** Each state fetches its call once. @throws ProtocolError -32602 */
  fetch({ parked, round }: { readonly parked: string; readonly round: number }): Kind {
    const place = this.places.get(parked);
    if (place?.round !== round) throw invalidState();
    this.places.delete(parked);
    clearTimeout(place.expiry);
    return place.call;
  }

  /** False when no call of the key waits. */
  giveUpOldest(keyId: string): boolean {
    const [oldest] = this.of(keyId);
    if (oldest !== undefined) this.drop(oldest);
    return oldest !== undefined;
  }

  endWhere(mustEnd: (caller: Caller) => boolean): void {
    for (const [id, { call }] of [...this.places]) if (mustEnd(call.caller)) this.drop(id);
  }

  /** Oldest first. */
  private of(keyId: string): string[] {
    return [...this.places].flatMap(([id, { call }]) => (call.caller.principal.keyId === keyId ? [id] : []));
  }

  private drop(id: string): void {
    const place = this.places.get(id);
    if (!place) return;
    this.places.delete(id);
    clearTimeout(place.expiry);
    place.call.abandon();
  }
}
