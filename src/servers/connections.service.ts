import { Injectable } from '@nestjs/common';
import { NotFound } from '../shared/errors/index.js';
import { connectionView, type ConnectionView } from './connections.view.js';
import { memoryOf } from './process-memory.js';
import type { McpServer } from './server.entity.js';
import { UpstreamPool } from './upstream/index.js';

/** The open links of a server, as far as this process has opened them. */
@Injectable()
export class ConnectionsService {
  constructor(private readonly pool: UpstreamPool) {}

  /** Oldest first. */
  list({ id }: McpServer): Promise<ConnectionView[]> {
    const links = this.pool.links(id).sort((one, other) => +one.openedAt - +other.openedAt);
    return Promise.all(
      links.map(async (link) => connectionView(link, link.pid === undefined ? null : await memoryOf(link.pid))),
    );
  }

  /** @throws NotFound also for a link of another server. */
  async stop({ id }: McpServer, linkId: string): Promise<void> {
    if (!(await this.pool.stop(id, linkId))) throw new NotFound('connection');
  }
}
