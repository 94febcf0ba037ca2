import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { EndpointLister, ProjectFacts } from '../projects/index.js';
import { McpServer } from './server.entity.js';

/** Tells the projects module, which may not ask us, how many servers there are and what they are called. */
@Injectable()
export class ProjectHooks implements OnModuleInit {
  constructor(
    @InjectRepository(McpServer) private readonly servers: Repository<McpServer>,
    private readonly facts: ProjectFacts,
    private readonly endpoints: EndpointLister,
  ) {}

  onModuleInit(): void {
    this.facts.register((projectIds) => this.counts(projectIds));
    this.endpoints.register((projectId) =>
      this.servers.find({
        where: { projectId },
        select: { id: true, name: true, enabled: true },
        order: { name: 'ASC' },
      }),
    );
  }

  private async counts(projectIds: readonly string[]): Promise<ReadonlyMap<string, { servers: number }>> {
    const rows = await this.servers
      .createQueryBuilder('server')
      .select(['server.projectId AS id', 'count(*)::int AS count'])
      .where({ projectId: In([...projectIds]) })
      .groupBy('server.projectId')
      .getRawMany<{ id: string; count: number }>();
    return new Map(rows.map(({ id, count }) => [id, { servers: count }]));
  }
}
