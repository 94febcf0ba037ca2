import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Link } from '../../servers/index.js';
import { root } from '../../shared/root.js';
import type { Endpoint, UnifiedEndpoint } from '../routing/endpoint.js';
import type { ServerRecord } from '../routing/sources.js';
import type { ClientHello } from '../sessions/client-hello.js';

type Capabilities = Readonly<Record<string, unknown>>;

/** What a server, or the gateway itself, says of itself. */
export interface Introduced {
  readonly capabilities: Capabilities;
  readonly serverInfo: object;
  readonly instructions?: string | undefined;
}

const LISTS = ['tools', 'prompts', 'resources'];

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** The result of `initialize`. An upstream is reached only when nobody has reached it before. */
export async function welcome(
  { protocolVersion }: ClientHello,
  endpoint: Endpoint,
  linkTo: (server: ServerRecord) => Link | Promise<Link>,
): Promise<object> {
  if (endpoint.kind === 'unified') return { protocolVersion, ...ourselves(endpoint) };
  return { protocolVersion, ...theServer(endpoint.server.handshake ?? (await linkTo(endpoint.server)).handshake) };
}

/** What clients hear of a server that has said so much of itself. */
export function theServer({ serverInfo, instructions, capabilities }: Introduced): Introduced {
  const told = { capabilities: announcingChanges(capabilities), serverInfo };
  return instructions === undefined ? told : { ...told, instructions };
}

/** The gateway tells of changes, also where the upstream does not: a person may switch a tool off. */
export function announcingChanges(capabilities: Capabilities): Capabilities {
  const lists = LISTS.filter((name) => name in capabilities);
  const told = lists.map((name) => [name, { ...(capabilities[name] as object), listChanged: true }]);
  return { ...capabilities, ...(Object.fromEntries(told) as Capabilities) };
}

/** What the gateway says of itself on the unified endpoint. Lists are offered even while they are empty, because a server that has some can be added at any time. */
export function ourselves({ servers }: UnifiedEndpoint): Introduced {
  const all = servers.map(({ handshake }): Capabilities => handshake?.capabilities ?? {});
  const names = servers.map(({ name }) => name).join(', ');
  return {
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, ...(all.some(canSubscribe) && { subscribe: true }) },
      ...(all.some(({ logging }) => logging) && { logging: {} }),
      ...(all.some(({ completions }) => completions) && { completions: {} }),
    },
    serverInfo: { name: 'mcp-orchestrator', title: 'MCP Orchestrator', version },
    ...(names && { instructions: `Tools and prompts are named <server>__<name>. The servers are: ${names}.` }),
  };
}

function canSubscribe({ resources }: Capabilities): boolean {
  return (resources as { subscribe?: boolean } | undefined)?.subscribe === true;
}
