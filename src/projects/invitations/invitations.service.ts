import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { type EntityManager, type FindOptionsWhere, Repository } from 'typeorm';
import { type CurrentUser, UsersService } from '../../auth/index.js';
import { CONFIG, type Config } from '../../shared/config/index.js';
import { randomToken, sha256 } from '../../shared/crypto/index.js';
import { isUniqueViolation } from '../../shared/database/index.js';
import { Conflict, NotFound } from '../../shared/errors/index.js';
import { Transactions } from '../../shared/events/index.js';
import type { AddMemberForm } from '../members/member.form.js';
import { tell } from '../members/members.service.js';
import type { ProjectContext } from '../project-context.js';
import { Invitation, INVITED_ALREADY } from './invitation.entity.js';
import { type InvitationView, invitationView, type NewInvitation } from './invitation.view.js';

const TOKEN_BYTES = 32;

/** Invitations of a project, for people who have no account yet. */
@Injectable()
export class Invitations {
  constructor(
    @InjectRepository(Invitation) private readonly invitations: Repository<Invitation>,
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Newest first, also those that have run out: they can be sent again. */
  async list(projectId: string): Promise<InvitationView[]> {
    const found = await this.invitations.find({ where: { projectId }, order: { createdAt: 'DESC', id: 'ASC' } });
    const inviters = await this.users.findMany(found.flatMap(({ invitedBy }) => invitedBy ?? []));
    const byId = new Map(inviters.map((user) => [user.id, user]));
    return found.map((one) => invitationView(one, byId.get(one.invitedBy ?? '')));
  }

  count(projectId: string): Promise<number> {
    return this.invitations.countBy({ projectId });
  }

  /** @throws Conflict when the address is invited already. */
  async send(project: ProjectContext, form: AddMemberForm, by: CurrentUser): Promise<NewInvitation> {
    const token = randomToken(TOKEN_BYTES);
    const { email, role, invitedAs, expiresAt = null } = form;
    const draft = { projectId: project.id, email, role, invitedAs, invitedBy: by.id, membershipExpiresAt: expiresAt };
    const saved = await this.transactions.run(async (transaction) => {
      const fresh = { ...draft, tokenHash: sha256(token), expiresAt: Invitation.expiryFrom() };
      const invitation = await unlessInvited(() => transaction.manager.save(Invitation, fresh as Invitation));
      await tell(transaction, 'invitation.sent', { projectId: project.id, by }, { id: invitation.id, name: email }, [
        { field: 'role', from: null, to: role },
      ]);
      return invitation;
    });
    return { ...invitationView(saved, by), url: this.urlOf(token) };
  }

  /** A new link with a new week; the old one opens nothing any more. */
  async resend(project: ProjectContext, id: string, by: CurrentUser): Promise<NewInvitation> {
    const token = randomToken(TOKEN_BYTES);
    const invitation = await this.transactions.run(async (transaction) => {
      const found = await this.locked(transaction.manager, { id, projectId: project.id });
      Object.assign(found, { tokenHash: sha256(token), expiresAt: Invitation.expiryFrom(), invitedBy: by.id });
      await tell(transaction, 'invitation.resent', { projectId: project.id, by }, { id, name: found.email });
      return transaction.manager.save(found);
    });
    return { ...invitationView(invitation, by), url: this.urlOf(token) };
  }

  async revoke(project: ProjectContext, id: string, by: CurrentUser): Promise<void> {
    await this.transactions.run(async (transaction) => {
      const found = await this.locked(transaction.manager, { id, projectId: project.id });
      await transaction.manager.delete(Invitation, { id });
      await tell(transaction, 'invitation.revoked', { projectId: project.id, by }, { id, name: found.email });
    });
  }

  private async locked(
    manager: EntityManager,
    where: FindOptionsWhere<Invitation> & { id: string },
  ): Promise<Invitation> {
    const found = isUUID(where.id)
      ? await manager.findOne(Invitation, { where, lock: { mode: 'pessimistic_write' } })
      : null;
    if (!found) throw new NotFound('invitation');
    return found;
  }

  private urlOf(token: string): string {
    return `${this.config.publicUrl.origin}/invitations/${token}`;
  }
}

async function unlessInvited<Result>(save: () => Promise<Result>): Promise<Result> {
  try {
    return await save();
  } catch (error) {
    if (!isUniqueViolation(error, INVITED_ALREADY)) throw error;
    throw new Conflict('This address is invited already.', {
      email: 'This address is invited already: send the invitation again from the list.',
    });
  }
}
