import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProjectFacts } from '../projects/index.js';
import { ToolFacts } from '../servers/index.js';
import { rounded } from './rounding.js';

interface ProjectCalls {
  id: string;
  calls24h: number;
  lastCallAt: Date | null;
}

interface ToolCalls {
  tool: string;
  calls24h: number;
  avgMs: number;
}

/** Tells projects and servers, which may not ask, how much was called. */
@Injectable()
export class CallFacts implements OnModuleInit {
  constructor(
    private readonly projects: ProjectFacts,
    private readonly tools: ToolFacts,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.projects.register((ids) => this.ofProjects(ids));
    this.tools.register((projectId, serverId) => this.ofTools(projectId, serverId));
  }

  private async ofProjects(ids: readonly string[]) {
    const rows = await this.dataSource.query<ProjectCalls[]>(
      `SELECT project.id,
         (SELECT count(*)::integer FROM tool_call_logs
          WHERE project_id = project.id AND at > now() - interval '24 hours') AS "calls24h",
         (SELECT at FROM tool_call_logs WHERE project_id = project.id ORDER BY at DESC, id DESC LIMIT 1) AS "lastCallAt"
       FROM unnest($1::uuid[]) AS project (id)`,
      [ids],
    );
    return new Map(rows.map(({ id, ...facts }) => [id, facts]));
  }

  private async ofTools(projectId: string, serverId: string) {
    const rows = await this.dataSource.query<ToolCalls[]>(
      `SELECT tool, count(*)::integer AS "calls24h", avg(duration_ms) AS "avgMs" FROM tool_call_logs
       WHERE project_id = $1 AND server_id = $2 AND tool IS NOT NULL AND at > now() - interval '24 hours' GROUP BY tool`,
      [projectId, serverId],
    );
    return new Map(rows.map(({ tool, calls24h, avgMs }) => [tool, { calls24h, avgMs: rounded(avgMs) }]));
  }
}
