import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { type CurrentUser, Invited, UsersService } from '../../auth/index.js';
import { sha256 } from '../../shared/crypto/index.js';
import { NotFound } from '../../shared/errors/index.js';
import { type Actor, type Transaction, Transactions } from '../../shared/events/index.js';
import { Project } from '../project.entity.js';
import { Invitation } from './invitation.entity.js';
import type { OfferedInvitation } from './invitation.view.js';

const TOKEN = /^[0-9A-Za-z]{20,100}$/;

/** Joins; a role that is higher already stays, and a membership that has ended begins anew. */
const JOIN = `
  INSERT INTO project_members AS own (project_id, user_id, role, invited_as, expires_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (project_id, user_id) DO UPDATE
  SET role = excluded.role, invited_as = excluded.invited_as, expires_at = excluded.expires_at, joined_at = now()
  WHERE own.expires_at <= now() OR array_position(ARRAY['Owner', 'Developer', 'Reporter'], excluded.role::text)
    < array_position(ARRAY['Owner', 'Developer', 'Reporter'], own.role::text)`;

/** Joins projects by the token of an invitation: the token is the proof, an address alone proves nothing. */
@Injectable()
export class Acceptance {
  constructor(
    @InjectRepository(Invitation) private readonly invitations: Repository<Invitation>,
    @InjectRepository(Project) private readonly projects: Repository<Project>,
    private readonly users: UsersService,
    private readonly transactions: Transactions,
    invited: Invited,
  ) {
    invited.register({
      isValid: async (token) => (await this.find(token)) !== null,
      accept: (transaction, token, user) => this.join(transaction, token, user).then(() => undefined),
    });
  }

  /** @throws NotFound: unknown, used, revoked or run out. */
  async offered(token: string): Promise<OfferedInvitation> {
    const found = await this.find(token);
    if (!found) throw gone();
    const { projectId, email, role, invitedBy, expiresAt } = found;
    const [project, inviter] = await Promise.all([
      this.projects.findOneByOrFail({ id: projectId }),
      invitedBy ? this.users.find(invitedBy) : null,
    ]);
    const { name, slug } = project;
    return { email, role, project: name, slug, invitedBy: inviter?.name ?? null, expiresAt: expiresAt.toISOString() };
  }

  /** The slug of the project that the person is in now. */
  async accept(token: string, user: CurrentUser): Promise<string> {
    const projectId = await this.transactions.run((transaction) => this.join(transaction, token, user));
    return (await this.projects.findOneByOrFail({ id: projectId })).slug;
  }

  /** Of two who accept at once, the second waits and finds nothing. */
  private async join(transaction: Transaction, token: string, user: Actor): Promise<string> {
    const { manager } = transaction;
    const lock = { mode: 'pessimistic_write' } as const;
    const found = TOKEN.test(token) ? await manager.findOne(Invitation, { where: this.valid(token), lock }) : null;
    if (!found) throw gone();
    const { id, projectId, role, invitedAs, membershipExpiresAt, email } = found;
    await manager.query(JOIN, [projectId, user.id, role, invitedAs, membershipExpiresAt]);
    await manager.delete(Invitation, { id });
    transaction.changed({ topic: 'projects', projectId });
    await transaction.did({
      ...{ type: 'invitation.accepted', by: user, projectId, teamId: null },
      object: { type: 'invitation', id, name: email },
      changes: [{ field: 'role', from: null, to: role }],
    });
    return projectId;
  }

  private find(token: string): Promise<Invitation | null> {
    return TOKEN.test(token) ? this.invitations.findOneBy(this.valid(token)) : Promise.resolve(null);
  }

  private valid(token: string) {
    return { tokenHash: sha256(token), expiresAt: MoreThan(new Date()) };
  }
}

function gone(): NotFound {
  return new NotFound('invitation');
}
