import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { Repository } from 'typeorm';
import type { CurrentUser } from '../auth/index.js';
import { NotFound } from '../shared/errors/index.js';
import { slugFault } from '../shared/slug.js';
import { ProjectContext } from './project-context.js';
import { type Role, roleOf } from './project-role.js';
import { Project } from './project.entity.js';

/** Who may see which project: the check is the query. */
@Injectable()
export class ProjectAccess {
  constructor(@InjectRepository(Project) private readonly projects: Repository<Project>) {}

  /** @throws NotFound also when the project exists and the person is neither a member nor an administrator. */
  async enter(slugOrId: string, { id, isAdmin }: CurrentUser): Promise<ProjectContext> {
    const byId = isUUID(slugOrId);
    if (!byId && slugFault(slugOrId)) throw new NotFound('project');
    const query = this.projects
      .createQueryBuilder('project')
      .leftJoin('project_roles', 'member', 'member.project_id = project.id AND member.user_id = :id', { id })
      .addSelect('member.role', 'role')
      .where(byId ? 'project.id = :slugOrId' : 'project.slug = :slugOrId', { slugOrId });
    if (!isAdmin) query.andWhere('member.user_id IS NOT NULL');
    const { entities, raw } = await query.getRawAndEntities<{ role: Role | null }>();
    const [project] = entities;
    if (!project) throw new NotFound('project');
    return new ProjectContext({ ...project, isAdmin, role: roleOf(isAdmin, raw[0]?.role) });
  }
}
