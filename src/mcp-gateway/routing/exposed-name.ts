import { hash } from 'node:crypto';

/** What every known client accepts as the name of a tool. */
const MAX_LENGTH = 64;

function shortHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 8);
}

/**
 * The name of a server's tool or prompt on the unified endpoint: `server__tool`, made to match `^[A-Za-z0-9_-]{1,64}$`.
 * Server names hold no `__`, so only what had to be altered could collide; such names end in a hash of the original.
 */
export function exposedName(server: string, name: string): string {
  const plain = `${server}__${name}`;
  const safe = plain.replace(/[^A-Za-z0-9_-]/g, '_');
  if (safe === plain && safe.length <= MAX_LENGTH) return safe;
  return `${safe.slice(0, MAX_LENGTH - 9)}_${shortHash(plain)}`;
}

/** Gives each name once: a name that is taken, which needs a hash made on purpose, moves on to the next free one. */
export class ExposedNames {
  private readonly taken = new Set<string>();

  give(server: string, name: string): string {
    let exposed = exposedName(server, name);
    for (let turn = 2; this.taken.has(exposed); turn++) {
      exposed = `${exposed.slice(0, MAX_LENGTH - 9)}_${shortHash(`${turn} ${server}__${name}`)}`;
    }
    this.taken.add(exposed);
    return exposed;
  }
}
