import type { McpServer, SealedValues, Transport } from './server.entity.js';
import { asHandshake, type Handshake } from './upstream/index.js';

/** Whether a value is stored; what it is stays unsaid. */
export type SetValues = Record<string, { set: boolean }>;

/** A server as JSON clients and templates may see it. */
export interface ServerView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly transport: Transport;
  readonly command: string | null;
  readonly args: readonly (string | { secret: true; set: boolean })[];
  readonly cwd: string | null;
  readonly url: string | null;
  readonly env: SetValues;
  readonly headers: SetValues;
  readonly enabled: boolean;
  readonly status: string;
  readonly lastCheckedAt: string | null;
  readonly lastError: string | null;
  readonly protocolVersion: string | null;
  readonly serverInfo: object | null;
  readonly capabilities: object | null;
  readonly toolCount: number;
  readonly timeoutMs: number;
  readonly pool: string;
  readonly definitionPolicy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly instructions: string | null;
  readonly missingSecrets: readonly string[];
}

export function handshakeOf(server: McpServer): Handshake | null {
  return server.handshake === null ? null : asHandshake(server.handshake);
}

export function serverView(server: McpServer, toolCount: number): ServerView {
  const handshake = handshakeOf(server);
  return {
    id: server.id,
    name: server.name,
    description: server.description,
    transport: server.transport,
    command: server.command,
    args: server.args.map((arg) => (typeof arg === 'string' ? arg : { secret: true, set: arg.sealed !== null })),
    cwd: server.cwd,
    url: server.url,
    env: setValues(server.env),
    headers: setValues(server.headers),
    enabled: server.enabled,
    status: server.status,
    lastCheckedAt: server.lastCheckedAt?.toISOString() ?? null,
    lastError: server.lastError,
    protocolVersion: handshake?.protocolVersion ?? null,
    serverInfo: handshake?.serverInfo ?? null,
    capabilities: handshake?.capabilities ?? null,
    toolCount,
    timeoutMs: server.timeoutMs,
    pool: server.pool,
    definitionPolicy: server.definitionPolicy,
    createdAt: server.createdAt.toISOString(),
    updatedAt: server.updatedAt.toISOString(),
    instructions: handshake?.instructions ?? null,
    missingSecrets: server.missingSecrets(),
  };
}

function setValues(values: SealedValues): SetValues {
  return Object.fromEntries(Object.entries(values).map(([name, sealed]) => [name, { set: sealed !== null }]));
}
