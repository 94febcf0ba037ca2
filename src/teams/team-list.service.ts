import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import type { CurrentUser } from '../auth/index.js';
import { containing } from '../shared/database/index.js';
import { ListCursor } from '../shared/list-cursor.js';
import { type Role, roleOf } from '../shared/roles.js';
import { TeamMember } from './team-member.entity.js';
import { TeamProjects } from './team-projects.js';
import { Team } from './team.entity.js';
import type { TeamsQuery } from './team.form.js';
import { type TeamView, teamView } from './team.view.js';

interface Extra {
  readonly role: Role | null;
  readonly members: string;
}

/** Reads teams as they are shown: with the asker's role and how many people and projects they have. */
@Injectable()
export class TeamList {
  constructor(
    @InjectRepository(Team) private readonly teams: Repository<Team>,
    private readonly projects: TeamProjects,
  ) {}

  /** The asker's teams by name; an administrator's list has all of them. */
  async find(
    { q, cursor, limit }: TeamsQuery,
    user: CurrentUser,
  ): Promise<{ items: TeamView[]; nextCursor: string | null }> {
    const query = this.withExtras(user)
      .orderBy('lower(team.name)')
      .addOrderBy('team.id')
      .limit(limit + 1);
    if (!user.isAdmin) query.andWhere('member.user_id IS NOT NULL');
    if (q)
      query.andWhere('(team.name ILIKE :q OR team.slug ILIKE :q OR team.description ILIKE :q)', { q: containing(q) });
    if (cursor) query.andWhere('(lower(team.name), team.id) > (lower(:name), :id)', ListCursor.read(cursor));
    const found = await this.read(query, user);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return { items, nextCursor: last ? ListCursor.write(last) : null };
  }

  /** One team; `id` must be of a team that the user may see. */
  async one(id: string, user: CurrentUser): Promise<TeamView> {
    const [team] = await this.read(this.withExtras(user).andWhere('team.id = :id', { id }), user);
    return team as TeamView;
  }

  private withExtras(user: CurrentUser): SelectQueryBuilder<Team> {
    return this.teams
      .createQueryBuilder('team')
      .leftJoin(TeamMember, 'member', 'member.team_id = team.id AND member.user_id = :userId', { userId: user.id })
      .addSelect('member.role', 'role')
      .addSelect((query) => query.select('count(*)').from(TeamMember, 'm').where('m.team_id = team.id'), 'members');
  }

  private async read(query: SelectQueryBuilder<Team>, { isAdmin }: CurrentUser): Promise<TeamView[]> {
    const { entities, raw } = await query.getRawAndEntities<Extra>();
    const projects = await this.projects.of(
      this.teams.manager,
      entities.map(({ id }) => id),
    );
    return entities.map((team, row) => {
      const counts = { members: Number(raw[row]?.members), projects: projects.get(team.id)?.length ?? 0 };
      return teamView(team, roleOf(isAdmin, raw[row]?.role), counts);
    });
  }
}
