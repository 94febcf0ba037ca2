import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayListener } from '../../src/mcp-gateway/gateway-listener.js';
import type { CountSource, WindowCount } from '../../src/mcp-gateway/access/rate-limits.js';
import type { KeyRecord, KeySource } from '../../src/mcp-gateway/access/keys.js';
import type {
  ProjectRecord,
  ProjectSource,
  ServerRecord,
  ServerSource,
} from '../../src/mcp-gateway/routing/sources.js';
import { discover, UpstreamPool, type UpstreamTarget } from '../../src/servers/upstream/index.js';
import { readConfig } from '../../src/shared/config/index.js';
import { Sealer, SealingKey } from '../../src/shared/crypto/index.js';
import { Events, type CallFinished, type KeyUsed, type SessionStarted } from '../../src/shared/events/index.js';
import { targetOf } from '../support/upstreams.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export const VERSION = '2025-11-25';

/** Projects, keys and servers as plain data, where the product has its database. */
export class PlainSources implements ProjectSource, KeySource, CountSource, ServerSource {
  readonly projects: Mutable<ProjectRecord>[] = [];
  readonly keys: Mutable<KeyRecord>[] = [];
  readonly servers: Mutable<ServerRecord>[] = [];
  rediscovered: string[] = [];

  constructor(private readonly pool: UpstreamPool) {}

  project(slug: string): ProjectRecord {
    const project = { id: randomUUID(), slug, unifiedEnabled: true, authRequired: true, allowedIpRanges: [] };
    this.projects.push(project);
    return project;
  }

  key(project: ProjectRecord, expiresAt: Date | null = null, narrower: Partial<KeyRecord> = {}): string {
    const key = `mcpo_${randomUUID().replaceAll('-', '')}`;
    const hash = createHash('sha256').update(key).digest();
    const open = { scopes: ['project'], allowedIpRanges: [], rateLimitPerMinute: null, rateLimitPerDay: null };
    this.keys.push({
      id: randomUUID(),
      projectId: project.id,
      hash,
      expiresAt,
      userId: randomUUID(),
      ...open,
      ...narrower,
    });
    return key;
  }

  server(project: ProjectRecord, name: string, registration: Partial<UpstreamTarget>): Mutable<ServerRecord> {
    const target = targetOf({ name, projectId: project.id, ...registration });
    const server: Mutable<ServerRecord> = {
      id: target.serverId,
      projectId: project.id,
      name,
      enabled: true,
      timeoutMs: target.timeoutMs,
      ...{ pool: 'shared', maxConcurrency: null },
      revision: target.revision,
      handshake: null,
      ...{ tools: [], prompts: [], resources: [], templates: [] },
      target: () => target,
    };
    this.servers.push(server);
    return server;
  }

  loadProjects(id?: string): Promise<ProjectRecord[]> {
    return Promise.resolve(this.projects.filter((project) => !id || project.id === id).map((row) => ({ ...row })));
  }

  loadKeys(projectId?: string): Promise<KeyRecord[]> {
    return Promise.resolve(this.keys.filter((key) => !projectId || key.projectId === projectId));
  }

  findKeyByHash(hash: Buffer): Promise<KeyRecord | undefined> {
    return Promise.resolve(this.keys.find((key) => key.hash.equals(hash)));
  }

  readonly counts = new Map<string, number>();

  countRequests(counts: readonly WindowCount[]): Promise<WindowCount[]> {
    return Promise.resolve(
      counts.map((count) => {
        const key = `${count.apiKeyId} ${count.span} ${count.startsAt.getTime()}`;
        this.counts.set(key, (this.counts.get(key) ?? 0) + count.requests);
        return { ...count, requests: this.counts.get(key) ?? 0 };
      }),
    );
  }

  forgetCounts(): Promise<void> {
    return Promise.resolve();
  }

  load(projectId?: string): Promise<ServerRecord[]> {
    const own = this.servers.filter((server) => !projectId || server.projectId === projectId);
    return Promise.resolve(own.map((row) => ({ ...row })));
  }

  /** Told after every discovery, as the product publishes a change. */
  onDiscovered: (projectId: string) => Promise<void> = () => Promise.resolve();

  async rediscover(serverId: string): Promise<void> {
    this.rediscovered.push(serverId);
    const server = this.servers.find(({ id }) => id === serverId);
    if (!server) return;
    try {
      await this.discover(server);
      await this.onDiscovered(server.projectId);
    } catch {
      // As in the product: the server stays unknown.
    }
  }

  private async discover(server: Mutable<ServerRecord>): Promise<void> {
    const found = await discover(await this.pool.shared(server.target()));
    server.handshake = found.handshake;
    server.tools = found.tools.map(({ key, definition }) => ({ name: key, definition, enabled: true }));
    server.prompts = found.prompts.map(({ key, definition }) => ({ name: key, definition }));
    server.resources = found.resources.map(({ key, definition }) => ({ uri: key, definition }));
    server.templates = found.templates.map(({ key, definition }) => ({ uri: key, definition }));
  }
}

export interface Raw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body, or the last event of an event stream. */
  readonly json: Record<string, unknown> & { id?: unknown; result?: Record<string, unknown>; error?: RpcError };
  /** All messages of an event stream. */
  readonly events: Record<string, unknown>[];
}

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: Record<string, unknown>;
}

/** The gateway over plain sources and real links, listening on a free loopback port. */
export async function startGateway(settings: Record<string, string> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'mcpo-gateway-'));
  const config = readConfig({
    ...{ NODE_ENV: 'test', DATA_DIR: dataDir, UPSTREAM_ALLOWED_NETWORKS: '127.0.0.0/8' },
    ...{ PUBLIC_URL: 'https://gateway.example', ...settings },
  });
  const events = new Events();
  const [calls, started, ended, used]: [CallFinished[], SessionStarted[], string[], KeyUsed[]] = [[], [], [], []];
  events.on('call.finished', (event) => calls.push(event));
  events.on('session.started', (event) => started.push(event));
  events.on('session.ended', (event) => ended.push(event.sessionId));
  events.on('key.used', (event) => used.push(event));
  const pool = new UpstreamPool(config, events);
  const sources = new PlainSources(pool);
  const sealer = new Sealer(new SealingKey(randomBytes(32)));
  const listener = new GatewayListener({ config, projects: sources, servers: sources, pool, events, sealer });
  sources.onDiscovered = (projectId) => listener.follow({ topic: 'servers', projectId });
  await listener.onApplicationBootstrap();
  const http = createServer((req, res) => {
    if (listener.handles(req.url ?? '')) listener.handle(req, res);
    else res.writeHead(404, { 'x-from': 'elsewhere' }).end();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const close = async () => {
    await listener.drain();
    await pool.closeAll();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  const changed = (topic: 'servers' | 'projects' | 'api_keys' = 'servers') =>
    listener.follow({ topic, projectId: null });
  return { url, listener, sources, pool, calls, started, ended, used, changed, close };
}

export type TestGateway = Awaited<ReturnType<typeof startGateway>>;

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: unknown;
  /** Hears the messages of an event stream as they come. */
  readonly onMessage?: (message: Record<string, unknown>) => void;
}

/** One HTTP request by hand; an object is sent as JSON. */
export function raw(url: string, { method = 'POST', headers = {}, body, onMessage }: Sent): Promise<Raw> {
  const text =
    body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const given = Object.entries({ ...(method === 'POST' && POST_HEADERS), ...headers }).filter(([, value]) => value);
  return new Promise((resolve, reject) => {
    const req = httpRequest(url, { method, headers: Object.fromEntries(given), agent: false }, (res) => {
      const parts: Buffer[] = [];
      res.on('data', (part: Buffer) => {
        parts.push(part);
        const whole = part.toString().matchAll(/^data: (.*)\n\n/gm);
        if (onMessage) for (const [, line = ''] of whole) onMessage(JSON.parse(line) as Record<string, unknown>);
      });
      res.on('error', reject);
      res.on('end', () => resolve(read(res.statusCode ?? 0, res.headers, Buffer.concat(parts).toString())));
    });
    req.on('error', reject);
    req.end(text);
  });
}

const POST_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

function read(status: number, headers: IncomingHttpHeaders, text: string): Raw {
  const type = headers['content-type'] ?? '';
  const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, line = '']) => line);
  const events = type.includes('event-stream') ? data.map((line) => JSON.parse(line) as Record<string, unknown>) : [];
  const json = type.includes('json') ? (JSON.parse(text) as Raw['json']) : ((events.at(-1) ?? {}) as Raw['json']);
  return { status, headers, text, json, events };
}

/** A session by hand: its requests carry key, session and version. */
export class RawSession {
  private lastId = 0;

  private constructor(
    readonly url: string,
    readonly headers: Record<string, string>,
  ) {}

  static async open(url: string, key: string, capabilities: object = {}, version = VERSION): Promise<RawSession> {
    const opened = await raw(url, { headers: bearer(key), body: initialize(capabilities, version) });
    const id = opened.headers['mcp-session-id'];
    if (opened.status !== 200 || typeof id !== 'string') throw new Error(`initialize: ${opened.status} ${opened.text}`);
    const session = new RawSession(url, { ...bearer(key), 'mcp-session-id': id, 'mcp-protocol-version': version });
    await session.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return session;
  }

  post(body: unknown, onMessage?: Sent['onMessage']): Promise<Raw> {
    return raw(this.url, { headers: this.headers, body, ...(onMessage && { onMessage }) });
  }

  /** A call during which the server asks something; `answer` makes the client's responses. */
  callAnswering(name: string, args: object, answer: (id: unknown) => Promise<unknown>): Promise<Raw> {
    const body = { jsonrpc: '2.0', id: ++this.lastId, method: 'tools/call', params: { name, arguments: args } };
    return this.post(body, ({ id, method }) => void (method && id !== undefined && answer(id)));
  }

  request(method: string, params?: object, id: unknown = ++this.lastId): Promise<Raw> {
    return this.post({ jsonrpc: '2.0', id, method, ...(params && { params }) });
  }

  call(name: string, args: object = {}, more: object = {}): Promise<Raw> {
    return this.request('tools/call', { name, arguments: args, ...more });
  }
}

export function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

export function initialize(capabilities: object = {}, protocolVersion = VERSION, id: unknown = 0): object {
  const params = { protocolVersion, capabilities, clientInfo: { name: 'raw', version: '1' } };
  return { jsonrpc: '2.0', id, method: 'initialize', params };
}

export async function eventually(check: () => void | Promise<void>, ms = 3000): Promise<void> {
  for (const end = Date.now() + ms; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
