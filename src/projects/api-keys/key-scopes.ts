import { Invalid } from '../../shared/errors/index.js';
import type { ServerEndpoint } from '../endpoint-lister.js';

/** Every endpoint of the project. */
export const WHOLE_PROJECT = 'project';
/** Beside another, or alone for the whole project: only tools whose server says that they change nothing. */
export const READ_ONLY = 'tools:read';
/** One server and its part of the unified endpoint: `server:<id>`. */
export const SERVER = 'server:';

/** What may be asked for; servers by their name as well. */
export const SCOPE = /^(project|tools:read|server:.{1,100})$/;

/** What a key opens, for people. */
export interface Reach {
  /** Names; `null`: the whole project. */
  readonly servers: readonly string[] | null;
  readonly readOnly: boolean;
}

interface Asked {
  readonly field: string;
  readonly scopes: readonly string[];
}

/**
 * The scopes as they are stored, servers by their id.
 * @throws Invalid for the field, when they contradict each other or name a server that the project has not.
 */
export function storedScopes({ field, scopes }: Asked, servers: readonly ServerEndpoint[]): string[] {
  const named = serversIn(scopes);
  if (named.length > 0 && scopes.includes(WHOLE_PROJECT)) {
    throw new Invalid({ [field]: 'Choose either the whole project or some of its servers.' });
  }
  const ids = named.map((name) => {
    const server = serverCalled(name, servers);
    if (!server) throw new Invalid({ [field]: `This project has no server "${name}": name one that it has.` });
    return SERVER + server.id;
  });
  const readOnly = scopes.includes(READ_ONLY) ? [READ_ONLY] : [];
  return [...(ids.length > 0 ? new Set(ids) : [WHOLE_PROJECT]), ...readOnly];
}

export function reachOf(scopes: readonly string[], servers: readonly ServerEndpoint[]): Reach {
  const ids = serversIn(scopes);
  const names = new Map(servers.map(({ id, name }) => [id, name]));
  return {
    servers: ids.length > 0 ? ids.map((id) => names.get(id) ?? 'a deleted server') : null,
    readOnly: scopes.includes(READ_ONLY),
  };
}

function serversIn(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => scope.startsWith(SERVER)).map((scope) => scope.slice(SERVER.length));
}

function serverCalled(idOrName: string, servers: readonly ServerEndpoint[]): ServerEndpoint | undefined {
  const wanted = idOrName.toLowerCase();
  return servers.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
}
