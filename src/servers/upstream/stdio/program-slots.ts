import type { UpstreamTarget } from '../link.js';
import { UpstreamError } from '../upstream-error.js';

const MOST_PER_SERVER = 16;
const MOST_PER_PROJECT = 64;
const MOST = 256;

/** How many programs may run for single clients; of those for everybody there is one per server. */
export class ProgramSlots {
  private readonly taken = new Map<symbol, UpstreamTarget>();

  /** To be given back, by the function returned, when the process has ended. @throws UpstreamError `UPSTREAM_BUSY` */
  take(target: UpstreamTarget): () => void {
    const { name, serverId, projectId } = target;
    if (this.count((other) => other.serverId === serverId) >= MOST_PER_SERVER) {
      throw busy(`${name} already runs for ${MOST_PER_SERVER} clients that need a process of their own.`);
    }
    if (this.count((other) => other.projectId === projectId) >= MOST_PER_PROJECT) {
      throw busy(`The servers of this project already run in ${MOST_PER_PROJECT} processes for single clients.`);
    }
    if (this.taken.size >= MOST) throw busy(`${MOST} processes for single clients run already.`);
    const slot = Symbol(name);
    this.taken.set(slot, target);
    return () => void this.taken.delete(slot);
  }

  private count(matches: (target: UpstreamTarget) => boolean): number {
    return [...this.taken.values()].filter(matches).length;
  }
}

function busy(sentence: string): UpstreamError {
  return new UpstreamError('UPSTREAM_BUSY', `${sentence} End a session that is not needed, or try again later.`);
}
