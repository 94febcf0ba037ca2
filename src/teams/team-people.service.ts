import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { containing } from '../shared/database/index.js';
import { ListCursor } from '../shared/list-cursor.js';
import { TeamMember } from './team-member.entity.js';
import type { TeamsQuery } from './team.form.js';
import { type TeamMemberView, teamMemberView } from './team.view.js';

interface Person {
  readonly person_name: string;
  readonly person_email: string;
}

/** Reads who is in a team. */
@Injectable()
export class TeamPeople {
  constructor(@InjectRepository(TeamMember) private readonly members: Repository<TeamMember>) {}

  /** By name. */
  async find(
    teamId: string,
    { q, cursor, limit }: TeamsQuery,
  ): Promise<{ items: TeamMemberView[]; nextCursor: string | null }> {
    const query = this.ofTeam(teamId)
      .orderBy('lower(person.name)')
      .addOrderBy('person.id')
      .limit(limit + 1);
    if (q) query.andWhere('(person.name ILIKE :q OR person.email ILIKE :q)', { q: containing(q) });
    if (cursor) query.andWhere('(lower(person.name), person.id) > (lower(:name), :id)', ListCursor.read(cursor));
    const found = await this.read(query);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return { items, nextCursor: last ? ListCursor.write({ name: last.name, id: last.userId }) : null };
  }

  /** `undefined`: the person is not in the team. */
  async one(teamId: string, userId: string): Promise<TeamMemberView | undefined> {
    const [member] = await this.read(this.ofTeam(teamId).andWhere('person.id = :userId', { userId }));
    return member;
  }

  owners(teamId: string): Promise<number> {
    return this.members.countBy({ teamId, role: 'Owner' });
  }

  private ofTeam(teamId: string) {
    return this.members
      .createQueryBuilder('member')
      .innerJoin('users', 'person', 'person.id = member.user_id')
      .addSelect(['person.name AS person_name', 'person.email AS person_email'])
      .where('member.team_id = :teamId', { teamId });
  }

  private async read(query: ReturnType<TeamPeople['ofTeam']>): Promise<TeamMemberView[]> {
    const { entities, raw } = await query.getRawAndEntities<Person>();
    return entities.map((member, row) => {
      const { person_name: name = '', person_email: email = '' } = raw[row] ?? {};
      return teamMemberView(member, { name, email });
    });
  }
}
