import type { UpstreamTarget } from './link.js';
import { UpstreamError } from './upstream-error.js';

/** A process costs a hundred times what a connection does. */
const MOST_PER_SERVER = { programs: 16, connections: 1024 };
const MOST_PER_KEY = { programs: 32, connections: 1024 };
const MOST_PROGRAMS_PER_PROJECT = 64;
const MOST_PROGRAMS = 256;

const NOUNS = { programs: ['process', 'processes'], connections: ['connection', 'connections'] } as const;

interface Taken {
  readonly target: UpstreamTarget;
  readonly keyId: string | null;
}

/** How many links single clients may hold at the same time; the shared one of a server is not counted. */
export class ConnectionSlots {
  private readonly taken = new Map<symbol, Taken>();

  /** To be given back, by the function returned, when the link is gone. @throws UpstreamError `TOO_MANY_CONNECTIONS` */
  take(target: UpstreamTarget, keyId: string | null = null): () => void {
    const refusal = this.refusal(target, keyId);
    if (refusal) throw new UpstreamError('TOO_MANY_CONNECTIONS', `${refusal} Close one, or try again later.`);
    const slot = Symbol(target.name);
    this.taken.set(slot, { target, keyId });
    return () => void this.taken.delete(slot);
  }

  private refusal(target: UpstreamTarget, keyId: string | null): string | undefined {
    const { name, serverId, projectId } = target;
    const kind = isProgram(target) ? 'programs' : 'connections';
    const counted = (count: number) => `${count} ${NOUNS[kind][count === 1 ? 0 : 1]}`;
    const [ofServer, ofKey] = [target.maxConnections ?? MOST_PER_SERVER[kind], MOST_PER_KEY[kind]];
    if (this.count((other) => other.target.serverId === serverId) >= ofServer) {
      return `${name} already has ${counted(ofServer)} for single clients.`;
    }
    const isLikeThis = (other: Taken) => isProgram(other.target) === isProgram(target);
    if (keyId !== null && this.count((other) => other.keyId === keyId && isLikeThis(other)) >= ofKey) {
      return `This API key already holds ${counted(ofKey)} of its own.`;
    }
    return isProgram(target) ? this.refusalOfProgram(projectId) : undefined;
  }

  private refusalOfProgram(projectId: string): string | undefined {
    const ofProject = this.count(({ target }) => isProgram(target) && target.projectId === projectId);
    if (ofProject >= MOST_PROGRAMS_PER_PROJECT) {
      return `The servers of this project already run in ${MOST_PROGRAMS_PER_PROJECT} processes for single clients.`;
    }
    const isFull = this.count(({ target }) => isProgram(target)) >= MOST_PROGRAMS;
    return isFull ? `${MOST_PROGRAMS} processes for single clients run already.` : undefined;
  }

  private count(matches: (taken: Taken) => boolean): number {
    let count = 0;
    for (const taken of this.taken.values()) if (matches(taken)) count++;
    return count;
  }
}

function isProgram({ transport }: UpstreamTarget): boolean {
  return transport === 'stdio';
}
