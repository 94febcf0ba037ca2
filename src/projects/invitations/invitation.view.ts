import { id, named, nullable, type Of, oneOf, text, time } from '../../shared/api/index.js';
import { INVITED_AS } from '../project-member.entity.js';
import { ROLES } from '../project-role.js';
import type { Invitation } from './invitation.entity.js';

export const InvitationView = named('Invitation', {
  id: id(),
  email: text(),
  role: oneOf(ROLES),
  invitedAs: oneOf(INVITED_AS),
  invitedBy: nullable(text('The name of who invited.')),
  expiresAt: time(),
  createdAt: time(),
});
export type InvitationView = Of<typeof InvitationView>;

/** With the link, which only the answer that makes it holds. */
export const NewInvitation = named('NewInvitation', {
  ...InvitationView.fields,
  url: text('Whoever opens it may join; shown once.'),
});
export type NewInvitation = Of<typeof NewInvitation>;

/** What somebody who holds the link is told. */
export const OfferedInvitation = named('OfferedInvitation', {
  email: text('Whom it was meant for.'),
  role: oneOf(ROLES),
  project: text('Its name.'),
  slug: text('Its slug.'),
  invitedBy: nullable(text()),
  expiresAt: time(),
});
export type OfferedInvitation = Of<typeof OfferedInvitation>;

export function invitationView(invitation: Invitation, inviter: { name: string } | null | undefined): InvitationView {
  const { id, email, role, invitedAs, expiresAt, createdAt } = invitation;
  return {
    ...{ id, email, role, invitedAs },
    invitedBy: inviter?.name ?? null,
    expiresAt: expiresAt.toISOString(),
    createdAt: createdAt.toISOString(),
  };
}
