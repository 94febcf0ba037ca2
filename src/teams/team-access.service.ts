import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { Repository } from 'typeorm';
import type { CurrentUser } from '../auth/index.js';
import { NotFound } from '../shared/errors/index.js';
import { type Role, roleOf } from '../shared/roles.js';
import { slugFault } from '../shared/slug.js';
import { TeamContext } from './team-context.js';
import { TeamMember } from './team-member.entity.js';
import { Team } from './team.entity.js';

/** Who may see which team: the check is the query. */
@Injectable()
export class TeamAccess {
  constructor(@InjectRepository(Team) private readonly teams: Repository<Team>) {}

  /** @throws NotFound also when the team exists and the person is neither in it nor an administrator. */
  async enter(slugOrId: string, user: CurrentUser): Promise<TeamContext> {
    const team = await this.find(slugOrId, user);
    if (!team) throw new NotFound('team');
    return team;
  }

  /** `undefined`: there is none, or none that the person may see. */
  async find(slugOrId: string, { id, isAdmin }: CurrentUser): Promise<TeamContext | undefined> {
    const byId = isUUID(slugOrId);
    if (!byId && slugFault(slugOrId)) return undefined;
    const query = this.teams
      .createQueryBuilder('team')
      .leftJoin(TeamMember, 'member', 'member.team_id = team.id AND member.user_id = :id', { id })
      .addSelect('member.role', 'role')
      .where(byId ? 'team.id = :slugOrId' : 'team.slug = :slugOrId', { slugOrId });
    if (!isAdmin) query.andWhere('member.user_id IS NOT NULL');
    const { entities, raw } = await query.getRawAndEntities<{ role: Role | null }>();
    const [team] = entities;
    const role = raw[0]?.role;
    return team && new TeamContext({ ...team, role: roleOf(isAdmin, role), isMember: !!role });
  }
}
