import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { CONFIG, type Config } from '../shared/config/index.js';
import { Changes } from '../shared/events/index.js';
import { McpServer } from './server.entity.js';
import { UpstreamPool } from './upstream/index.js';

const SWEEP_MS = 300_000;

/**
 * Ends links that nobody needs: idle ones, and those whose server was deleted with its project, switched off or changed,
 * here or by another replica.
 */
@Injectable()
export class LinkUpkeep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(LinkUpkeep.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: UpstreamPool,
    private readonly changes: Changes,
    @InjectRepository(McpServer) private readonly servers: Repository<McpServer>,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const idleMs = this.config.sessionIdleMinutes * 60_000;
    this.timer = setInterval(() => this.inBackground(this.pool.closeIdle(idleMs)), SWEEP_MS).unref();
    this.changes.listen(({ topic }) => {
      // Closing a program may take seconds: whoever made the change does not wait for it.
      if (topic === 'servers' || topic === 'projects') this.inBackground(this.closeStale());
    });
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async closeStale(): Promise<void> {
    const ids = [...new Set(this.pool.links().map(({ serverId }) => serverId))];
    if (ids.length === 0) return;
    const servers = new Map((await this.servers.findBy({ id: In(ids) })).map((server) => [server.id, server]));
    await Promise.all(ids.map((id) => this.closeUnless(id, servers.get(id))));
  }

  private async closeUnless(id: string, server: McpServer | undefined): Promise<void> {
    if (!server) return this.pool.drop(id, 'the server was deleted');
    await this.pool.dropStale(id, server.firstOpenRevision(), 'the server was changed');
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.logger.warn(`Links could not be tidied up: ${String(error)}`));
  }
}
