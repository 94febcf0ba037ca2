import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { openSse, type SseStream } from '../mcp-gateway/sse-client.js';
import { bearer, eventually, raw, RawSession, startGateway, type TestGateway } from '../mcp-gateway/harness.js';
import { freePort, nodeProgram, startServer, type RunningUpstream } from '../support/upstreams.js';
import type { Random } from './random.js';
import { asking } from './raw-http.js';
import { KINDS, type Kind } from './scripts.js';

const UPSTREAM = fileURLToPath(new URL('upstream.mjs', import.meta.url));
const ALL = { sampling: {}, elicitation: {}, roots: {} };
/** What the sessions of each endpoint speak; the second can be asked. */
const SESSIONS = [
  ['2025-11-25', {}],
  ['2025-06-18', ALL],
  ['2025-03-26', {}],
] as const;
const TIMEOUT_MS = 400;

/** By name, the kind of each server; the calm ones are never told to say what they should not. */
const SERVERS: Readonly<Record<string, Kind>> = {
  ...(Object.fromEntries(KINDS.map((kind) => [kind, kind])) as Record<Kind, Kind>),
  'calm-pipe': 'stdio',
  'calm-old': 'http-old',
  'calm-new': 'http-new',
};
export const ENDPOINTS = ['unified', ...Object.keys(SERVERS).map((name) => `servers/${name}`)];

export interface OpenSession {
  readonly url: string;
  readonly id: string;
  readonly version: string;
  readonly canBeAsked: boolean;
}

/** The running gateway with its upstreams, and clients' sessions that are opened again when a case has ended them. */
export class World {
  readonly key: string;
  private readonly sessions = new Map<string, OpenSession>();
  private readonly events = new Map<string, SseStream>();
  private readonly streams: (() => void)[] = [];

  private constructor(
    readonly gateway: TestGateway,
    private readonly running: ReadonlyMap<string, RunningUpstream>,
  ) {
    const project = gateway.sources.project('fuzz');
    this.key = gateway.sources.key(project);
    for (const [name, kind] of Object.entries(SERVERS)) {
      const transport = kind === 'sse' ? ('sse' as const) : ('streamable-http' as const);
      const url = running.get(name)?.url;
      const registration = url === undefined ? nodeProgram(UPSTREAM, kind) : { transport, url };
      gateway.sources.server(project, name, { ...registration, timeoutMs: TIMEOUT_MS });
    }
  }

  static async start(): Promise<World> {
    const listening = Object.entries(SERVERS).filter(([, kind]) => kind !== 'stdio');
    const start = async ([name, kind]: [string, Kind]) =>
      [name, await startServer([UPSTREAM, kind], await freePort(), kind === 'sse' ? '/sse' : '/mcp')] as const;
    const running = new Map(await Promise.all(listening.map(start)));
    const world = new World(await startGateway({ MAX_MESSAGE_BYTES: '200000' }), running);
    await world.gateway.changed('projects');
    for (const { id } of world.gateway.sources.servers) await world.gateway.sources.rediscover(id);
    await world.renew();
    return world;
  }

  get host(): string {
    return new URL(this.gateway.url).host;
  }

  session(endpoint: string, random: Random): OpenSession {
    const [version] = random.pick(SESSIONS);
    return this.sessions.get(`${endpoint} ${version}`) as OpenSession;
  }

  eventsPath(endpoint: string): string {
    const { endpoint: url } = this.events.get(endpoint) as SseStream;
    return url.slice(this.gateway.url.length);
  }

  /** Opens the sessions and streams that are not there (any more). */
  async renew(): Promise<void> {
    const open = new Set([...this.load.gateway.sessions.all()].map(({ id }) => id));
    for (const endpoint of ENDPOINTS) {
      const url = `${this.gateway.url}/projects/fuzz/${endpoint}`;
      for (const [version, capabilities] of SESSIONS) {
        const name = `${endpoint} ${version}`;
        if (open.has(this.sessions.get(name)?.id ?? '')) continue;
        const { headers } = await RawSession.open(`${url}/mcp`, this.key, capabilities, version);
        const session = {
          url: `${url}/mcp`,
          id: headers['mcp-session-id'] ?? '',
          version,
          canBeAsked: capabilities === ALL,
        };
        this.sessions.set(name, session);
        if (session.canBeAsked) this.hearQuestions(session);
      }
      const known = this.events.get(endpoint);
      if (known && open.has(new URL(known.endpoint).searchParams.get('sessionId') ?? '')) continue;
      this.events.set(endpoint, await openSse(`${url}/sse`, this.key, { host: this.host }));
    }
  }

  /** A client that can be asked does answer, in whichever way. */
  answer({ url, id: session, version }: OpenSession, id: string): void {
    const outcome = Number(id.slice(2)) % 3 === 0 ? { error: { code: -1, message: 'no' } } : { result: { roots: [] } };
    const headers = { ...bearer(this.key), 'mcp-session-id': session, 'mcp-protocol-version': version };
    raw(url, { headers, body: { jsonrpc: '2.0', id, ...outcome } }).catch(() => undefined);
  }

  private hearQuestions(session: OpenSession): void {
    const { url, id, version } = session;
    const accept = 'text/event-stream';
    const headers = { ...bearer(this.key), accept, 'mcp-session-id': id, 'mcp-protocol-version': version };
    const req = request(url, { headers, agent: false }, (res) => {
      const heard = asking((question) => this.answer(session, question));
      res.on('data', heard).on('error', () => undefined);
    });
    req.on('error', () => undefined).end();
    this.streams.push(() => req.destroy());
  }

  /** What runs or waits in the gateway now; everything must come back to nothing. */
  get counts(): Record<string, number> {
    const { gateway, traffic } = this.load;
    const links = this.gateway.pool.links();
    return {
      sessions: gateway.sessions.size,
      callers: traffic.callers.size,
      listens: traffic.listens.size,
      parked: traffic.bridge.parked.size,
      leases: traffic.leases['all'].size,
      answers: gateway.pulse['beating'].size,
      ownLinks: links.filter(({ exclusive }) => exclusive).length,
      inflight: links.reduce((total, { inflight }) => total + inflight, 0),
    };
  }

  /** All clients are gone and the key is revoked: how the gateway is left. */
  async left(): Promise<Record<string, number>> {
    for (const stream of this.events.values()) stream.close();
    for (const close of this.streams) close();
    await eventually(() => {
      if ([...this.load.gateway.sessions.all()].some(({ isBusy }) => isBusy)) throw new Error('a session is busy');
    }, 5000);
    this.load.gateway.sessions.sweep(-1);
    this.gateway.sources.keys.splice(0);
    await this.gateway.changed('api_keys');
    await eventually(() => {
      if (Object.values(this.counts).some((count) => count > 0)) throw new Error('not yet');
    }, 5000).catch(() => undefined);
    return this.counts;
  }

  async stop(): Promise<void> {
    await this.gateway.close();
    await Promise.all([...this.running.values()].map((upstream) => upstream.stop()));
  }

  /** The gateway's own counts, which it tells nobody outside. */
  private get load() {
    const gateway = this.gateway.listener['gateway'];
    return { gateway, traffic: gateway.stateless['traffic'] };
  }
}
