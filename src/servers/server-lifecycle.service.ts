import { Injectable } from '@nestjs/common';
import { Changes } from '../shared/events/index.js';
import type { McpServer } from './server.entity.js';
import { ServerChecks } from './server-checks.service.js';
import { UpstreamPool } from './upstream/index.js';

/** What follows when a stored server has changed: the gateway learns of it, links of the old kind close, it is asked anew. */
@Injectable()
export class ServerLifecycle {
  constructor(
    private readonly changes: Changes,
    private readonly pool: UpstreamPool,
    private readonly checks: ServerChecks,
  ) {}

  async described({ id, projectId }: McpServer): Promise<void> {
    await this.changes.publish({ topic: 'servers', projectId, id });
  }

  async reconnected(server: McpServer, reason: string): Promise<void> {
    await this.described(server);
    await this.pool.drop(server.id, reason, server.firstOpenRevision());
    if (server.mayConnect()) void this.checks.start(server);
  }
}
