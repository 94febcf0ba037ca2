import {
  anyObject,
  either,
  flag,
  id,
  integer,
  list,
  named,
  nullable,
  object,
  type Of,
  oneOf,
  record,
  text,
  time,
} from '../shared/api/index.js';
import {
  DEFINITION_POLICIES,
  type McpServer,
  POOLS,
  SERVER_STATUSES,
  type SealedValues,
  TRANSPORTS,
} from './server.entity.js';
import { asHandshake, type Handshake } from './upstream/index.js';

/** Whether a value is stored; what it is stays unsaid. */
export const SetValues = record(object({ set: flag() }));
export type SetValues = Of<typeof SetValues>;

/** Texts, and secrets that stay unsaid. */
export const Arguments = list(either(text(), object({ secret: flag(), set: flag() })));

/** A server as JSON clients and templates may see it. */
const Configuration = {
  transport: oneOf(TRANSPORTS),
  command: nullable(text('stdio only.')),
  args: Arguments,
  cwd: nullable(text()),
  url: nullable(text('streamable-http and sse only; secrets in it are masked.')),
  env: SetValues,
  headers: SetValues,
  timeoutMs: integer('How long a call may take.'),
  pool: oneOf(POOLS, 'Who shares a connection: all callers, a client session, or nobody but one call.'),
  maxConnections: nullable(integer('Connections of single clients at once; null: as many as the transport bears.')),
  maxConcurrency: nullable(integer('Tool calls at once; null: any number.')),
};

/** How a server is reached. */
export const ServerConfiguration = named('ServerConfiguration', Configuration);

export const ServerView = named('Server', {
  id: id(),
  name: text(),
  description: text(),
  ...Configuration,
  enabled: flag(),
  status: oneOf(SERVER_STATUSES),
  lastCheckedAt: nullable(time()),
  lastError: nullable(text()),
  protocolVersion: nullable(text()),
  serverInfo: nullable(anyObject('As the server says.')),
  capabilities: nullable(anyObject('As the server says.')),
  toolCount: integer(),
  definitionPolicy: oneOf(DEFINITION_POLICIES),
  createdAt: time(),
  updatedAt: time(),
  instructions: nullable(text('What the server tells models.')),
  missingSecrets: list(text(), 'Names of values without which it cannot be reached.'),
});
export type ServerView = Of<typeof ServerView>;

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
    maxConnections: server.maxConnections,
    maxConcurrency: server.maxConcurrency,
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
