import { randomBytes } from 'node:crypto';
import { ProtocolError, RpcCode } from '../../../shared/errors/index.js';
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

/** The calls that wait, each until it is fetched, its key may not go on, or ten minutes have passed. */
export class ParkedCalls<Kind extends Parkable> {
  private readonly places = new Map<string, Place<Kind>>();

  get size(): number {
    return this.places.size;
  }

  /** @throws ProtocolError when the key has too many. */
  park(call: Kind, round: number): RequestState {
    const { keyId } = call.caller.principal;
    const held = [...this.places.values()].filter((place) => place.call.caller.principal.keyId === keyId).length;
    if (held >= MOST_PER_KEY) {
      const message = `This API key has ${held} calls that wait for answers. Answer some first.`;
      throw new ProtocolError(RpcCode.busy, message, { kind: 'too_many_parked', executed: 'unknown' });
    }
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

  endWhere(mustEnd: (caller: Caller) => boolean): void {
    for (const [id, { call }] of [...this.places]) if (mustEnd(call.caller)) this.drop(id);
  }

  private drop(id: string): void {
    const place = this.places.get(id);
    if (!place) return;
    this.places.delete(id);
    clearTimeout(place.expiry);
    place.call.abandon();
  }
}
