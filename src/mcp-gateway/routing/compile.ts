import { membersOf, splice } from '../../shared/jsonrpc/index.js';
import type { Lists, Origin, ProjectRoutes, ServerEndpoint, UnifiedEndpoint } from './endpoint.js';
import { ExposedNames } from './exposed-name.js';
import { networksOf, visitorOf } from '../access/principal.js';
import { ResourceNames } from './resource-names.js';
import { type Scope, withinScope } from './scope.js';
import type { ProjectRecord, ServerRecord } from './sources.js';
import { withObjectSchema } from './tool-schema.js';

/** What one project's endpoints answer from, made of its rows. */
export function compileProject(project: ProjectRecord, records: readonly ServerRecord[], scope?: Scope): ProjectRoutes {
  const endpoints = records.map((record) => compileServer(record, scope));
  const narrower = new Map<string, ProjectRoutes>();
  return {
    id: project.id,
    slug: project.slug,
    visitor: project.authRequired ? undefined : visitorOf(project.id),
    networks: networksOf(project.allowedIpRanges),
    within: (asked) => {
      let routes = narrower.get(asked.key);
      if (!routes) narrower.set(asked.key, (routes = compileProject(project, withinScope(records, asked), asked)));
      return routes;
    },
    unified: compileUnified(project, records),
    // Ids come last: no name may take the place of another server's id.
    servers: new Map([
      ...endpoints.map((endpoint) => [endpoint.label, endpoint] as const),
      ...endpoints.map((endpoint) => [endpoint.serverId, endpoint] as const),
    ]),
  };
}

function compileServer(server: ServerRecord, scope: Scope | undefined): ServerEndpoint {
  return {
    kind: 'server',
    projectId: server.projectId,
    serverId: server.id,
    label: server.name,
    enabled: server.enabled,
    server,
    hides: hiding(server, scope),
  };
}

/** What a server adds at run time is its own affair, unless the key may only use tools that are known to change nothing. */
function hiding({ tools }: ServerRecord, scope: Scope | undefined): ServerEndpoint['hides'] {
  const namesOf = (enabled: boolean) =>
    new Set(tools.filter((tool) => tool.enabled === enabled).map(({ name }) => name));
  const [shown, hidden] = [namesOf(true), namesOf(false)];
  if (scope?.readOnly) return (name) => !shown.has(name);
  return hidden.size > 0 ? (name) => hidden.has(name) : undefined;
}

function compileUnified(project: ProjectRecord, records: readonly ServerRecord[]): UnifiedEndpoint {
  const servers = records.filter((server) => server.enabled).sort((a, b) => (a.name < b.name ? -1 : 1));
  const tools = named(servers, (server) => server.tools.filter((tool) => tool.enabled).flatMap(usable));
  const prompts = named(servers, (server) => server.prompts);
  const resources = new ResourceNames(servers);
  const lists = {
    ...resourceLists(servers, resources),
    tools: list('tools', definitions(tools)),
    prompts: list('prompts', definitions(prompts)),
  };
  return {
    kind: 'unified',
    projectId: project.id,
    serverId: null,
    label: 'unified',
    enabled: project.unifiedEnabled,
    servers,
    unknown: servers.filter(({ handshake }) => handshake === null),
    tools: origins(tools),
    prompts: origins(prompts),
    resources,
    lists,
  };
}

interface Named extends Origin {
  readonly exposed: string;
  readonly definition: string;
}

type Entries = (server: ServerRecord) => readonly { readonly name: string; readonly definition: string }[];

function named(servers: readonly ServerRecord[], entriesOf: Entries): Named[] {
  const names = new ExposedNames();
  return servers.flatMap((server) =>
    entriesOf(server).flatMap(({ name, definition }) => {
      const exposed = names.give(server.name, name);
      return withMember(definition, 'name', exposed).map((text) => ({ server, name, exposed, definition: text }));
    }),
  );
}

/** A client that checks the list would refuse all of it for one tool that breaks the rules. */
function usable({ name, definition }: ServerRecord['tools'][number]): { name: string; definition: string }[] {
  const mended = withObjectSchema(definition);
  return mended === undefined ? [] : [{ name, definition: mended }];
}

function origins(entries: readonly Named[]): Map<string, Origin> {
  return new Map(entries.map(({ exposed, server, name }) => [exposed, { server, name }]));
}

function definitions(entries: readonly Named[]): string[] {
  return entries.map((entry) => entry.definition);
}

function list(member: string, definitions: readonly string[]): string {
  return `{"${member}":[${definitions.join(',')}]}`;
}

function resourceLists(servers: readonly ServerRecord[], names: ResourceNames): Pick<Lists, 'resources' | 'templates'> {
  const resources = servers.flatMap((server) =>
    server.resources.flatMap(({ uri, definition }) => withMember(definition, 'uri', names.expose(server, uri))),
  );
  const templates = servers.flatMap((server) =>
    server.templates.flatMap(({ uri, definition }) =>
      withMember(definition, 'uriTemplate', names.exposeTemplate(server, uri)),
    ),
  );
  return { resources: list('resources', resources), templates: list('resourceTemplates', templates) };
}

/**
 * The definition with one member's value replaced, everything else as the upstream wrote it; nothing when it cannot be
 * read, so that one odd entry does not take the others off the list.
 */
function withMember(definition: string, member: string, value: string): string[] {
  const bytes = Buffer.from(definition);
  try {
    const span = membersOf(bytes).get(member);
    return span ? [splice(bytes, [{ ...span, text: JSON.stringify(value) }]).toString()] : [];
  } catch {
    return [];
  }
}
