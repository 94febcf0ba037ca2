import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { Changes } from '../shared/events/index.js';
import { Limiter } from '../shared/limiter.js';
import { CatalogueStore } from './catalogue-store.service.js';
import { McpServer, type ServerStatus } from './server.entity.js';
import { ServerSecrets } from './server-secrets.js';
import { type Catalogue, discover, UpstreamError, UpstreamPool } from './upstream/index.js';

const AT_ONCE = 8;

/** After these the pool lets some time pass before it tries again, which somebody who asks need not wait for. */
const FAILED = new Set<ServerStatus>(['offline', 'error', 'needs_sign_in']);

/** Words of errors that say "not there", rather than "there, but not right". */
const OFFLINE = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_BUSY', 'TIMEOUT', 'NO_RESPONSE']);

/** Asks servers what they are and what they offer, in the background, and writes down what was seen. */
@Injectable()
export class ServerChecks implements BeforeApplicationShutdown {
  private readonly logger = new Logger(ServerChecks.name);
  private readonly limiter = new Limiter(AT_ONCE);
  private readonly running = new Map<string, Promise<void>>();
  private isStopping = false;

  constructor(
    @InjectRepository(McpServer) private readonly servers: Repository<McpServer>,
    private readonly pool: UpstreamPool,
    private readonly secrets: ServerSecrets,
    private readonly store: CatalogueStore,
    private readonly changes: Changes,
  ) {}

  /** Begins, or joins the check of the same registration that runs already. Never throws. */
  start(server: Pick<McpServer, 'id' | 'revision'>): Promise<void> {
    const key = keyOf(server);
    let check = this.running.get(key);
    if (!check) {
      check = this.limiter
        .run(() => this.check(server.id))
        .catch((error: Error) => this.complain(server.id, error))
        .finally(() => this.running.delete(key));
      this.running.set(key, check);
    }
    return check;
  }

  /** Asks anew, also when a check that runs already may have seen the old lists. Never throws. */
  async again(id: string): Promise<void> {
    try {
      const server = await this.servers.findOneBy({ id });
      if (!server) return;
      await this.running.get(keyOf(server));
      await this.start(server);
    } catch (error) {
      this.complain(id, error as Error);
    }
  }

  /** Servers that have not answered stay "starting", so that the next process asks them. */
  beforeApplicationShutdown(): void {
    this.isStopping = true;
  }

  /** Marks them as starting, asks them all, and waits at most `waitMs` for the answers; the rest go on behind. */
  async refresh(servers: readonly McpServer[], waitMs: number): Promise<{ done: boolean }> {
    const reachable = servers.filter((server) => server.mayConnect());
    await this.servers.update({ id: In(reachable.map(({ id }) => id)), enabled: true }, { status: 'starting' });
    const failed = reachable.filter((server) => FAILED.has(server.status) && !this.running.has(keyOf(server)));
    await Promise.all(failed.map(({ id }) => this.pool.drop(id, 'it is tried again')));
    return this.settled(reachable, waitMs);
  }

  /** Whether the checks of these servers ended within the time. */
  async settled(servers: readonly McpServer[], waitMs: number): Promise<{ done: boolean }> {
    const all = Promise.all(servers.map((server) => this.start(server))).then(() => true);
    const stop = new AbortController();
    const late = pause(waitMs, false, { signal: stop.signal }).catch(() => false);
    const done = await Promise.race([all, late]);
    stop.abort();
    return { done };
  }

  private async check(id: string): Promise<void> {
    const server = this.isStopping ? null : await this.servers.findOneBy({ id });
    if (!server?.mayConnect()) return;
    const catalogue = await this.ask(server);
    if (!catalogue || !(await this.store.save(server, catalogue))) return;
    await this.changes.publish({ topic: 'servers', projectId: server.projectId, id });
  }

  private async ask(server: McpServer): Promise<Catalogue | undefined> {
    try {
      const target = this.secrets.open(server);
      const catalogue = await discover(await this.pool.shared(target));
      // Now, so that no client has to wait for it.
      this.pool.eras(target).catch(() => undefined);
      return catalogue;
    } catch (error) {
      if (!this.isStopping) await this.store.saveFailure(server, statusAfter(error), sentenceFor(error));
      return undefined;
    }
  }

  private complain(id: string, error: Error): void {
    if (!this.isStopping) this.logger.error(`The check of server ${id} failed`, error.stack);
  }
}

function keyOf({ id, revision }: Pick<McpServer, 'id' | 'revision'>): string {
  return `${id} ${revision}`;
}

function statusAfter(error: unknown): ServerStatus {
  if (!(error instanceof UpstreamError)) return 'error';
  if (error.code === 'UPSTREAM_UNAUTHORIZED') return 'needs_sign_in';
  return OFFLINE.has(error.code) ? 'offline' : 'error';
}

/** The error with the last words of the program, when it had any. */
function sentenceFor(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const stderr = error instanceof UpstreamError ? (error.details.stderr ?? []) : [];
  return [message, ...stderr.slice(-5)].join('\n');
}
