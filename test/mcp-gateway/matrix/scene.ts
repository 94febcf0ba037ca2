import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { freePort, nodeProgram, startServer, type RunningUpstream } from '../../support/upstreams.js';
import { eventually, startGateway, type TestGateway } from '../harness.js';
import { CELLS, CLIENTS, endpointOf, type Cell } from './axes.js';
import { expected, type Feature, type Outcome } from './expectations.js';

const FIXTURE = fileURLToPath(new URL('../../conformance/fixture.mjs', import.meta.url));
/** The product asks a server again when it has been quiet for a while. */
const QUIET_MS = 50;

/** The gateway in front of the five upstreams of the matrix, which are one program. */
export class Scene {
  gateway!: TestGateway;
  key!: string;
  private readonly running: RunningUpstream[] = [];
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private lastLook = Promise.resolve();

  /** For the tests of one file. */
  static forThisFile(): Scene {
    const scene = new Scene();
    beforeAll(() => scene.start());
    afterAll(() => scene.stop());
    return scene;
  }

  url(cell: Cell, door = cell.client === '2024-11-05' ? 'sse' : 'mcp'): string {
    return `${this.gateway.url}/projects/demo/${endpointOf(cell)}/${door}`;
  }

  /** The catalogue shows all changes that were announced. */
  async settled(): Promise<void> {
    await eventually(() => {
      if (this.timers.size > 0) throw new Error('some server is about to be asked again');
    });
    await this.lastLook;
  }

  private async start(): Promise<void> {
    const gateway = (this.gateway = await startGateway());
    const { sources } = gateway;
    const project = sources.project('demo');
    this.key = sources.key(project);
    const pipe = (label: string, era: string) => nodeProgram(FIXTURE, 'stdio', '--era', era, '--label', label);
    sources.server(project, 'pipe-old', pipe('pipe-old', 'legacy'));
    sources.server(project, 'pipe-new', pipe('pipe-new', 'modern'));
    const [old, modern, events] = await Promise.all([
      this.listener('http', '--era', 'legacy', '--label', 'http-old'),
      this.listener('http', '--era', 'modern', '--label', 'http-new'),
      this.listener('sse', '--label', 'events'),
    ]);
    sources.server(project, 'http-old', { transport: 'streamable-http', url: old });
    sources.server(project, 'http-new', { transport: 'streamable-http', url: modern });
    sources.server(project, 'events', { transport: 'sse', url: events });
    await gateway.changed('projects');
    await Promise.all(sources.servers.map(({ id }) => sources.rediscover(id)));
    this.followLists();
  }

  private async listener(...args: string[]): Promise<string> {
    const upstream = await startServer([FIXTURE, ...args], await freePort(), args[0] === 'sse' ? '/sse' : '/mcp');
    this.running.push(upstream);
    return upstream.url;
  }

  /** As `servers` does in the product, where there is a database: one look after another. */
  private followLists(): void {
    const { pool, sources } = this.gateway;
    const look = (id: string) => {
      this.timers.delete(id);
      this.lastLook = this.lastLook.then(() => sources.rediscover(id));
    };
    pool.onSharedNotification(({ target: { serverId } }, { method = '' }) => {
      if (!method.endsWith('/list_changed')) return;
      clearTimeout(this.timers.get(serverId));
      this.timers.set(serverId, setTimeout(look, QUIET_MS, serverId));
    });
  }

  private async stop(): Promise<void> {
    await this.gateway.close();
    await Promise.all(this.running.map((upstream) => upstream.stop()));
  }
}

/** What is looked at in a cell that works, and in one that cannot. */
export type Checks = { readonly works: Check } & Partial<Record<Outcome, Check>>;
export type Check = (cell: Cell) => Promise<void>;

interface Walk {
  /** The upstreams are changed on the way, so that one cell must wait for the other. */
  readonly oneByOne?: boolean;
}

/** One test for every cell of a feature; a cell without an expectation, or without a check for it, fails. */
export function eachCell(feature: Feature, checks: Checks, { oneByOne = false }: Walk = {}): void {
  describe.each(CLIENTS)(`${feature}: clients of %s`, (client) => {
    const cells = CELLS.filter((cell) => cell.client === client);
    const walk = oneByOne ? it : it.concurrent;
    walk.each(cells)('at $upstream, $view', async (cell) => {
      const outcome = expected(feature, cell);
      const check = checks[outcome];
      if (!check) throw new Error(`nothing shows that ${feature} is as expected: ${outcome}`);
      await check(cell);
    });
  });
}
