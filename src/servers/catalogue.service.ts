import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, Repository } from 'typeorm';
import type { CurrentUser } from '../auth/index.js';
import { NotFound } from '../shared/errors/index.js';
import { Transactions } from '../shared/events/index.js';
import { McpPrompt, McpResource, McpTool } from './catalogue.entities.js';
import { McpServer } from './server.entity.js';

/** What servers offered when they were last asked; never asks one itself. */
@Injectable()
export class CatalogueService {
  constructor(
    @InjectRepository(McpTool) private readonly allTools: Repository<McpTool>,
    @InjectRepository(McpPrompt) private readonly allPrompts: Repository<McpPrompt>,
    @InjectRepository(McpResource) private readonly allResources: Repository<McpResource>,
    private readonly transactions: Transactions,
  ) {}

  tools({ id }: McpServer): Promise<McpTool[]> {
    return this.allTools.find({ where: { serverId: id, removedAt: IsNull() }, order: { position: 'ASC' } });
  }

  /** @throws NotFound */
  async tool({ id }: McpServer, name: string): Promise<McpTool> {
    const tool = await this.allTools.findOneBy({ serverId: id, name, removedAt: IsNull() });
    if (!tool) throw new NotFound('tool');
    return tool;
  }

  /** To switch it to what it is already changes nothing. */
  async enableTool(server: McpServer, name: string, enabled: boolean, by: CurrentUser): Promise<McpTool> {
    const { id: serverId, projectId } = server;
    return this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      const where = { serverId, name, removedAt: IsNull() };
      const tool = await manager.findOne(McpTool, { where, lock: { mode: 'pessimistic_write' } });
      if (!tool) throw new NotFound('tool');
      if (tool.enabled === enabled) return tool;
      await manager.update(McpTool, { id: tool.id }, { enabled });
      transaction.changed({ topic: 'servers', projectId, id: serverId });
      const object = { type: 'tool' as const, id: tool.id, name: `${server.name}/${name}` };
      await transaction.did({ type: enabled ? 'tool.enabled' : 'tool.disabled', by, projectId, teamId: null, object });
      return { ...tool, enabled };
    });
  }

  prompts({ id }: McpServer): Promise<McpPrompt[]> {
    return this.allPrompts.find({ where: { serverId: id }, order: { position: 'ASC' } });
  }

  resources({ id }: McpServer): Promise<McpResource[]> {
    return this.allResources.find({ where: { serverId: id }, order: { kind: 'ASC', position: 'ASC' } });
  }

  /** Tools by server, for those that have any. */
  async toolCounts(serverIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (serverIds.length === 0) return new Map();
    const rows = await this.allTools
      .createQueryBuilder('tool')
      .select(['tool.serverId AS id', 'count(*)::int AS count'])
      .where({ serverId: In(serverIds), removedAt: IsNull() })
      .groupBy('tool.serverId')
      .getRawMany<{ id: string; count: number }>();
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /**
   * Everything of several servers, in the order in which they named it; also vanished tools that were switched off, because
   * a server may still answer to their names.
   */
  async all(
    serverIds: readonly string[],
  ): Promise<{ tools: McpTool[]; prompts: McpPrompt[]; resources: McpResource[] }> {
    const where = { serverId: In(serverIds) };
    const order = { position: 'ASC' } as const;
    const [tools, prompts, resources] = await Promise.all([
      this.allTools.find({
        where: [
          { ...where, removedAt: IsNull() },
          { ...where, enabled: false },
        ],
        order,
      }),
      this.allPrompts.find({ where, order }),
      this.allResources.find({ where, order }),
    ]);
    return { tools, prompts, resources };
  }
}
