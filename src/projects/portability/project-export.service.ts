import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NotFound } from '../../shared/errors/index.js';
import type { Role } from '../project-role.js';
import { Project } from '../project.entity.js';
import { PortableServers } from './portable-servers.js';
import { FORMAT, type ProjectExport } from './project-export.view.js';
import { VERSION } from './project-import.form.js';

const MEMBERS = `
  SELECT person.email, granted.role FROM project_roles AS granted JOIN users AS person ON person.id = granted.user_id
  WHERE granted.project_id = $1 ORDER BY person.email`;

@Injectable()
export class ProjectExporter {
  constructor(
    private readonly dataSource: DataSource,
    private readonly servers: PortableServers,
  ) {}

  async export(id: string): Promise<ProjectExport> {
    const project = await this.dataSource.manager.findOneBy(Project, { id });
    if (!project) throw new NotFound('project');
    const { slug, name, description, unifiedEnabled, callTimeoutMs } = project;
    const { authRequired, allowedIpRanges, rateLimitPerMinute, rateLimitPerDay } = project;
    const security = { authRequired, allowedIpRanges, rateLimitPerMinute, rateLimitPerDay };
    return {
      ...{ format: FORMAT, version: VERSION, exportedAt: new Date().toISOString() },
      project: { slug, name, description, unifiedEnabled, callTimeoutMs, ...security },
      servers: await this.servers.export(id),
      members: await this.dataSource.query<{ email: string; role: Role }[]>(MEMBERS, [id]),
    };
  }
}
