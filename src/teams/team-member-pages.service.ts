import { Injectable } from '@nestjs/common';
import type { CurrentUser } from '../auth/index.js';
import { NotFound } from '../shared/errors/index.js';
import type { TeamContext } from './team-context.js';
import { TeamPeople } from './team-people.service.js';
import type { TeamsQuery } from './team.form.js';
import type { TeamMemberView } from './team.view.js';

/** What the page of a team's members shows beside them. */
@Injectable()
export class TeamMemberPages {
  constructor(private readonly people: TeamPeople) {}

  async list(team: TeamContext, user: CurrentUser, query: TeamsQuery) {
    const [found, owners] = await Promise.all([this.people.find(team.id, query), this.people.owners(team.id)]);
    const rows = found.items.map((member) => ({
      ...member,
      isMe: member.userId === user.id,
      isLastOwner: member.role === 'Owner' && owners === 1,
    }));
    return { ...found, rows, q: query.q, olderHref: olderUrl(team, found.nextCursor, query) };
  }

  /** @throws NotFound when the person has gone meanwhile. */
  async member(team: TeamContext, userId: string): Promise<TeamMemberView> {
    const member = await this.people.one(team.id, userId);
    if (!member) throw new NotFound('member');
    return member;
  }
}

function olderUrl({ slug }: TeamContext, cursor: string | null, { q }: TeamsQuery): string | null {
  return cursor && `/teams/${slug}/members?${new URLSearchParams({ cursor, ...(q && { q }) }).toString()}`;
}
