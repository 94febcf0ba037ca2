import { Injectable } from '@nestjs/common';
import type { McpServer } from './server.entity.js';
import { ServerChecks } from './server-checks.service.js';
import { UpstreamPool } from './upstream/index.js';

/** What follows when a stored server has changed and the gateway has learned of it: old links close, it is asked anew. */
@Injectable()
export class ServerLifecycle {
  constructor(
    private readonly pool: UpstreamPool,
    private readonly checks: ServerChecks,
  ) {}

  async reconnected(server: McpServer, reason: string): Promise<void> {
    await this.pool.drop(server.id, reason, server.firstOpenRevision());
    if (server.mayConnect()) void this.checks.start(server);
  }
}
