import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { type EntityManager, In, Repository } from 'typeorm';
import type { CurrentUser } from '../../auth/index.js';
import { NotFound } from '../../shared/errors/index.js';
import { slugFault } from '../../shared/slug.js';
import { TeamProjects } from '../../teams/index.js';
import type { Role } from '../project-role.js';
import { ProjectTeam } from './project-team.entity.js';
import type { ProjectTeamView } from './project-team.view.js';

interface TeamFacts {
  readonly slug: string;
  readonly name: string;
  readonly members: string;
  readonly isOpen: boolean;
}

/** Reads which teams are in which projects, and tells the teams. */
@Injectable()
export class InvitedTeams {
  constructor(
    @InjectRepository(ProjectTeam) private readonly invited: Repository<ProjectTeam>,
    projects: TeamProjects,
  ) {
    projects.register((manager, teamIds) => projectsOf(manager, teamIds));
  }

  /** The teams of a project by name; `isOpen`: the asker may see the team itself. */
  list(projectId: string, user: CurrentUser): Promise<(ProjectTeamView & { isOpen: boolean })[]> {
    return this.read(this.inProject(projectId, user).orderBy('lower(team.name)').addOrderBy('team.id'));
  }

  /** @throws NotFound when the project has no such team. */
  async one(projectId: string, slugOrId: string, user: CurrentUser): Promise<ProjectTeamView> {
    const byId = isUUID(slugOrId);
    if (!byId && slugFault(slugOrId)) throw new NotFound('team');
    const query = this.inProject(projectId, user);
    query.andWhere(byId ? 'team.id = :slugOrId' : 'team.slug = :slugOrId', { slugOrId });
    const [found] = await this.read(query);
    if (!found) throw new NotFound('team');
    const { isOpen: _, ...team } = found;
    return team;
  }

  /** What the team's invitation into each of the projects allows at most. */
  async caps(teamId: string, projectIds: readonly string[]): Promise<ReadonlyMap<string, Role>> {
    const found = await this.invited.findBy({ teamId, projectId: In(projectIds) });
    return new Map(found.map(({ projectId, role }) => [projectId, role]));
  }

  private inProject(projectId: string, { id, isAdmin }: CurrentUser) {
    return this.invited
      .createQueryBuilder('invited')
      .innerJoin('teams', 'team', 'team.id = invited.team_id')
      .addSelect(['team.slug AS slug', 'team.name AS name'])
      .addSelect('(SELECT count(*) FROM team_members m WHERE m.team_id = team.id)', 'members')
      .addSelect(
        ':isAdmin OR EXISTS (SELECT FROM team_members m WHERE m.team_id = team.id AND m.user_id = :id)',
        'isOpen',
      )
      .where('invited.project_id = :projectId', { projectId, id, isAdmin });
  }

  private async read(query: ReturnType<InvitedTeams['inProject']>): Promise<(ProjectTeamView & { isOpen: boolean })[]> {
    const { entities, raw } = await query.getRawAndEntities<TeamFacts>();
    return entities.map(({ teamId, role, invitedAt }, row) => {
      const { slug = '', name = '', members = 0, isOpen = false } = raw[row] ?? {};
      return { teamId, slug, name, role, members: Number(members), invitedAt: invitedAt.toISOString(), isOpen };
    });
  }
}

async function projectsOf(manager: EntityManager, teamIds: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (teamIds.length === 0) return found;
  for (const { teamId, projectId } of await manager.findBy(ProjectTeam, { teamId: In(teamIds) })) {
    found.set(teamId, [...(found.get(teamId) ?? []), projectId]);
  }
  return found;
}
