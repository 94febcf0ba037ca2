import { id, integer, named, nullable, object, type Of, oneOf, text, time } from '../shared/api/index.js';
import { type Role, ROLES } from '../shared/roles.js';
import type { TeamMember } from './team-member.entity.js';
import type { Team } from './team.entity.js';

/** A team as JSON clients and pages see it. */
export const TeamView = named('Team', {
  id: id(),
  slug: text(),
  name: text(),
  description: text(),
  role: oneOf(ROLES, 'What the asker may do there.'),
  counts: object({ members: integer(), projects: integer() }),
  createdAt: time(),
  updatedAt: time(),
});
export type TeamView = Of<typeof TeamView>;

export const TeamMemberView = named('TeamMember', {
  userId: id(),
  name: text(),
  email: text(),
  role: oneOf(ROLES),
  source: oneOf(['direct']),
  invitedAs: oneOf(['team_member']),
  joinedAt: time(),
  expiresAt: nullable(time()),
});
export type TeamMemberView = Of<typeof TeamMemberView>;

export function teamView(team: Team, role: Role, counts: TeamView['counts']): TeamView {
  const { id, slug, name, description, createdAt, updatedAt } = team;
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { id, slug, name, description, role, counts, ...times };
}

export function teamMemberView(
  { userId, role, joinedAt }: TeamMember,
  { name, email }: { name: string; email: string },
): TeamMemberView {
  const direct = { source: 'direct', invitedAs: 'team_member', expiresAt: null } as const;
  return { userId, name, email, role, ...direct, joinedAt: joinedAt.toISOString() };
}
