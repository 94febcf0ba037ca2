import type { Link } from '../../servers/index.js';
import { splice, type Edit, type Frame } from '../../shared/jsonrpc/index.js';
import type { ServerRecord } from '../routing/sources.js';

/** A server that does not announce changes shows them after so long, ms. */
const FRESH_MS = 1000;

/** One client's request for a list on a shared link. */
export interface ListQuestion {
  readonly server: ServerRecord;
  readonly link: Link;
  readonly method: string;
  /** How many changes the upstream had announced when it was asked. */
  readonly listChanges: number;
}

interface Kept extends Pick<ListQuestion, 'link' | 'listChanges'> {
  readonly at: number;
  /** By method, the bytes of the result. */
  readonly results: Map<string, Buffer>;
}

/**
 * Lists as they were answered on shared links a moment ago, for the many clients that ask for the same: for a second,
 * as long as neither the upstream has announced another list nor the snapshot has changed.
 */
export class ListCache {
  private readonly byServer = new WeakMap<ServerRecord, Kept>();

  get(asked: ListQuestion): Buffer | undefined {
    return this.fresh(asked)?.results.get(asked.method);
  }

  /** @param edits what differs in the answer that clients get. */
  put(asked: ListQuestion, { bytes, kind, outcome }: Frame, edits: readonly Edit[]): void {
    const { server, link, method, listChanges } = asked;
    if (kind !== 'result' || !outcome || link.listChanges !== listChanges) return;
    let kept = this.fresh(asked);
    if (!kept) this.byServer.set(server, (kept = { link, listChanges, at: Date.now(), results: new Map() }));
    const moved = edits.map(({ start, end, text }) => ({
      start: start - outcome.start,
      end: end - outcome.start,
      text,
    }));
    kept.results.set(method, splice(bytes.subarray(outcome.start, outcome.end), moved));
  }

  private fresh({ server, link, listChanges }: ListQuestion): Kept | undefined {
    const kept = this.byServer.get(server);
    if (kept?.link !== link || kept.listChanges !== listChanges) return undefined;
    return Date.now() - kept.at < FRESH_MS ? kept : undefined;
  }
}
