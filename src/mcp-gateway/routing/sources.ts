import type { Handshake, UpstreamTarget } from '../../servers/index.js';

/** What the gateway needs to know of a project. */
export interface ProjectRecord {
  readonly id: string;
  readonly slug: string;
  readonly unifiedEnabled: boolean;
  /** `false`: clients need no key. */
  readonly authRequired: boolean;
  /** Where clients may come from; empty: everywhere. */
  readonly allowedIpRanges: readonly string[];
}

/** One entry of a server's catalogue; the definition is the JSON text that the upstream sent. */
export interface DefinitionRecord {
  readonly definition: string;
}

/** What the gateway needs to know of a registered server; never discovered ones have no handshake. */
export interface ServerRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly timeoutMs: number;
  /** Who may use the same link: everybody, one client session, or one call. */
  readonly pool: 'shared' | 'session' | 'call';
  /** How many calls it carries out at the same time; null: any number. */
  readonly maxConcurrency: number | null;
  readonly revision: string;
  readonly handshake: Pick<Handshake, 'protocolVersion' | 'capabilities' | 'serverInfo' | 'instructions'> | null;
  readonly tools: readonly (DefinitionRecord & { readonly name: string; readonly enabled: boolean })[];
  readonly prompts: readonly (DefinitionRecord & { readonly name: string })[];
  readonly resources: readonly (DefinitionRecord & { readonly uri: string })[];
  /** Their URIs are URI templates. */
  readonly templates: readonly (DefinitionRecord & { readonly uri: string })[];
  /** With its secrets in the clear. */
  target(): UpstreamTarget;
}

/** Where projects come from; without an id, all of them. */
export interface ProjectSource {
  loadProjects(projectId?: string): Promise<readonly ProjectRecord[]>;
}

/** Where servers come from; `rediscover` asks the upstream and resolves when its catalogue is stored and published. */
export interface ServerSource {
  load(projectId?: string): Promise<readonly ServerRecord[]>;
  rediscover(serverId: string): Promise<unknown>;
}
