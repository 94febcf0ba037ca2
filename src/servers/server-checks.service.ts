import { setTimeout as after } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { Changes } from '../shared/events/index.js';
import { CatalogueStore } from './catalogue-store.service.js';
import { Limiter } from './limiter.js';
import { McpServer, type ServerStatus } from './server.entity.js';
import { ServerSecrets } from './server-secrets.js';
import { discover, UpstreamError, UpstreamPool } from './upstream/index.js';

const AT_ONCE = 8;

/** Words of errors that say "not there", rather than "there, but not right". */
const OFFLINE = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_BUSY', 'TIMEOUT', 'NO_RESPONSE']);

/** Asks servers what they are and what they offer, in the background, and writes down what was seen. */
@Injectable()
export class ServerChecks {
  private readonly logger = new Logger(ServerChecks.name);
  private readonly limiter = new Limiter(AT_ONCE);
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    @InjectRepository(McpServer) private readonly servers: Repository<McpServer>,
    private readonly pool: UpstreamPool,
    private readonly secrets: ServerSecrets,
    private readonly store: CatalogueStore,
    private readonly changes: Changes,
  ) {}

  /** Begins, or joins the check of the same registration that runs already. Never throws. */
  start(server: Pick<McpServer, 'id' | 'revision'>): Promise<void> {
    const key = `${server.id} ${server.revision}`;
    let check = this.running.get(key);
    if (!check) {
      check = this.limiter
        .run(() => this.check(server.id))
        .catch((error: Error) => this.logger.error(`The check of server ${server.id} failed: ${error.stack}`))
        .finally(() => this.running.delete(key));
      this.running.set(key, check);
    }
    return check;
  }

  /** Marks them as starting, asks them all, and waits at most `waitMs` for the answers; the rest go on behind. */
  async refresh(servers: readonly McpServer[], waitMs: number): Promise<{ done: boolean }> {
    const reachable = servers.filter((server) => server.mayConnect());
    await this.servers.update({ id: In(reachable.map(({ id }) => id)) }, { status: 'starting' });
    await Promise.all(
      reachable.filter(({ status }) => status !== 'online').map(({ id }) => this.pool.drop(id, 'it is tried again')),
    );
    return this.settled(reachable, waitMs);
  }

  /** Whether the checks of these servers ended within the time. */
  async settled(servers: readonly McpServer[], waitMs: number): Promise<{ done: boolean }> {
    const all = Promise.all(servers.map((server) => this.start(server))).then(() => true);
    const stop = new AbortController();
    const late = after(waitMs, false, { signal: stop.signal }).catch(() => false);
    const done = await Promise.race([all, late]);
    stop.abort();
    return { done };
  }

  private async check(id: string): Promise<void> {
    const server = await this.servers.findOneBy({ id });
    if (!server?.mayConnect()) return;
    try {
      const link = await this.pool.shared(this.secrets.open(server));
      const isNew = await this.store.save(server, await discover(link));
      if (isNew) await this.changes.publish({ topic: 'servers', projectId: server.projectId, id });
    } catch (error) {
      await this.store.saveFailure(server, statusAfter(error), sentenceFor(error));
    }
  }
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
