import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import type { CurrentUser } from '../auth/index.js';
import { containing } from '../shared/database/index.js';
import { ListCursor } from '../shared/list-cursor.js';
import { ProjectFacts } from './project-facts.js';
import { MemberList } from './members/member-list.service.js';
import { type Role, roleOf } from './project-role.js';
import { Project } from './project.entity.js';
import { ProjectTeam } from './teams/project-team.entity.js';
import type { ProjectsQuery } from './project.form.js';
import { type ListedProject, type ProjectDetail, type ProjectView, projectView } from './project.view.js';

interface Extra {
  readonly role: Role | null;
  readonly members: string;
  readonly favorite: boolean;
}

/** A project's own page shows no more; the rest is on that of its members. */
const MEMBERS_SHOWN = 50;

/** Reads projects as they are shown: with the asker's role and what other modules know. */
@Injectable()
export class ProjectList {
  constructor(
    @InjectRepository(Project) private readonly projects: Repository<Project>,
    private readonly members: MemberList,
    private readonly facts: ProjectFacts,
  ) {}

  /** The asker's projects by name, or those that a team was invited into; an administrator's list has all of them. */
  async find(
    { q, cursor, limit, section }: ProjectsQuery,
    user: CurrentUser,
    teamId?: string,
  ): Promise<{ items: ProjectView[]; nextCursor: string | null }> {
    const query = this.withExtras(user);
    if (section !== undefined) query.orderBy('favorite', 'DESC');
    query
      .addOrderBy('lower(project.name)')
      .addOrderBy('project.id')
      .limit(limit + 1);
    if (!user.isAdmin) query.andWhere('member.user_id IS NOT NULL');
    if (teamId)
      query.innerJoin(ProjectTeam, 'team', 'team.project_id = project.id AND team.team_id = :teamId', { teamId });
    if (q)
      query.andWhere('(project.name ILIKE :q OR project.slug ILIKE :q OR project.description ILIKE :q)', {
        q: containing(q),
      });
    if (cursor) query.andWhere('(lower(project.name), project.id) > (lower(:name), :id)', ListCursor.read(cursor));
    const found = await this.read(query, user);
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1)?.project : undefined;
    return { items: await this.views(shown), nextCursor: last ? ListCursor.write(last) : null };
  }

  /** One project; `id` must be of a project that the user may see. */
  async one(id: string, user: CurrentUser): Promise<ProjectDetail> {
    const found = await this.read(this.withExtras(user).andWhere('project.id = :id', { id }), user);
    const [[view], members] = await Promise.all([this.views(found), this.members.first(id, MEMBERS_SHOWN)]);
    return { ...(view as ProjectView), members };
  }

  private withExtras(user: CurrentUser): SelectQueryBuilder<Project> {
    return this.projects
      .createQueryBuilder('project')
      .leftJoin('project_roles', 'member', 'member.project_id = project.id AND member.user_id = :userId', {
        userId: user.id,
      })
      .addSelect('member.role', 'role')
      .addSelect(
        (query) => query.select('count(*)').from('project_roles', 'm').where('m.project_id = project.id'),
        'members',
      )
      .addSelect(
        'EXISTS (SELECT FROM favorites AS marked WHERE marked.project_id = project.id AND marked.user_id = :userId)',
        'favorite',
      );
  }

  private async read(query: SelectQueryBuilder<Project>, { isAdmin }: CurrentUser): Promise<ListedProject[]> {
    const { entities, raw } = await query.getRawAndEntities<Extra>();
    return entities.map((project, row) => ({
      project,
      role: roleOf(isAdmin, raw[row]?.role),
      members: Number(raw[row]?.members),
      favorite: raw[row]?.favorite ?? false,
    }));
  }

  private async views(found: readonly ListedProject[]): Promise<ProjectView[]> {
    const facts = await this.facts.of(found.map(({ project }) => project.id));
    return found.map((one) => projectView(one, facts.get(one.project.id) ?? ProjectFacts.none));
  }
}
