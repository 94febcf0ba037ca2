import type { Networks } from '../../shared/http/index.js';
import type { Principal } from '../access/principal.js';
import type { Scope } from './scope.js';
import type { ServerRecord } from './sources.js';
import type { ResourceNames } from './resource-names.js';

/** The tools and so on of one server, under the names of the upstream. */
export interface ServerEndpoint {
  readonly kind: 'server';
  readonly projectId: string;
  readonly serverId: string;
  /** As the call log names the endpoint. */
  readonly label: string;
  readonly enabled: boolean;
  readonly server: ServerRecord;
  /** Names that are to be unknown here; `undefined`: none. */
  readonly hides: ((tool: string) => boolean) | undefined;
}

/** What a name of the unified endpoint stands for. */
export interface Origin {
  readonly server: ServerRecord;
  /** As the upstream knows it. */
  readonly name: string;
}

/** JSON texts of the results of the list requests. */
export interface Lists {
  readonly tools: string;
  readonly prompts: string;
  readonly resources: string;
  readonly templates: string;
}

/** The enabled servers of a project as one. */
export interface UnifiedEndpoint {
  readonly kind: 'unified';
  readonly projectId: string;
  readonly serverId: null;
  readonly label: 'unified';
  readonly enabled: boolean;
  /** In the order of their names. */
  readonly servers: readonly ServerRecord[];
  /** Those of them that nobody has reached yet. */
  readonly unknown: readonly ServerRecord[];
  readonly tools: ReadonlyMap<string, Origin>;
  readonly prompts: ReadonlyMap<string, Origin>;
  readonly resources: ResourceNames;
  readonly lists: Lists;
}

export type Endpoint = ServerEndpoint | UnifiedEndpoint;

/** One project, compiled; never altered, so that a request which began on it ends on it. */
export interface ProjectRoutes {
  readonly id: string;
  readonly slug: string;
  readonly unified: UnifiedEndpoint;
  /** By id and by name. */
  readonly servers: ReadonlyMap<string, ServerEndpoint>;
  /** Whoever comes without a key, where they may. */
  readonly visitor: Principal | undefined;
  /** Where clients may come from; `undefined`: everywhere. */
  readonly networks: Networks | undefined;
  /** The same project as a narrower key sees it. */
  within(scope: Scope): ProjectRoutes;
}

/** What the catalogue knows of a tool, by the name that clients of the endpoint use. */
export function toolOf(endpoint: Endpoint, name: string): ServerRecord['tools'][number] | undefined {
  if (endpoint.kind === 'server') return endpoint.server.tools.find((tool) => tool.name === name);
  const origin = endpoint.tools.get(name);
  return origin?.server.tools.find((tool) => tool.name === origin.name);
}

/** The same endpoint in another snapshot of its project. */
export function sameEndpoint(
  { serverId }: Pick<Endpoint, 'serverId'>,
  routes: ProjectRoutes | undefined,
): Endpoint | undefined {
  return serverId === null ? routes?.unified : routes?.servers.get(serverId);
}
