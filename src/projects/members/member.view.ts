import { id, list, named, nullable, object, type Of, oneOf, text, time } from '../../shared/api/index.js';
import { INVITED_AS, type InvitedAs } from '../project-member.entity.js';
import { type Role, ROLES } from '../project-role.js';

export const MemberView = named('Member', {
  userId: id(),
  name: text(),
  email: text(),
  role: oneOf(ROLES, 'What counts: the highest of their own and what teams give.'),
  source: oneOf(['direct', 'team', 'external'], '`team`: not a member themselves.'),
  teams: list(object({ id: id(), slug: text(), name: text() }), 'Through which they are in.'),
  invitedAs: oneOf(INVITED_AS),
  joinedAt: time(),
  expiresAt: nullable(time('null: it does not end by itself.')),
});
export type MemberView = Of<typeof MemberView>;

/** As the database tells it; what is of the own membership is null for people of teams. */
export interface MemberRow {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly invitedAs: InvitedAs | null;
  readonly joinedAt: Date;
  readonly expiresAt: Date | null;
  readonly teams: MemberView['teams'] | null;
  readonly sortKey: string;
}

export function memberView({
  userId,
  name,
  email,
  role,
  invitedAs,
  joinedAt,
  expiresAt,
  teams,
}: MemberRow): MemberView {
  return {
    ...{ userId, name, email, role },
    source: invitedAs === null ? 'team' : invitedAs === 'external' ? 'external' : 'direct',
    teams: teams ?? [],
    invitedAs: invitedAs ?? 'team_member',
    joinedAt: joinedAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
