import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { type CurrentUser, UsersService } from '../../auth/index.js';
import { isUniqueViolation } from '../../shared/database/index.js';
import { Conflict, Invalid, NotFound } from '../../shared/errors/index.js';
import { changesOf, type Deed, type FieldChange, type Transaction, Transactions } from '../../shared/events/index.js';
import type { ProjectContext } from '../project-context.js';
import { ProjectMember } from '../project-member.entity.js';
import type { AddMemberForm, ChangeMemberForm } from './member.form.js';
import { demandAnotherOwner } from './owners.js';

interface Person {
  readonly id: string;
  readonly name: string;
}

/** Who is in a project by themselves. */
@Injectable()
export class MembersService {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersService,
  ) {}

  /** @throws Conflict when the person is a member already, also one of a team that gives as much. */
  async add(project: ProjectContext, person: Person, form: AddMemberForm, by: CurrentUser): Promise<void> {
    const expiresAt = futureOf(form.expiresAt);
    const member = { projectId: project.id, userId: person.id, role: form.role, invitedAs: form.invitedAs, expiresAt };
    await this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      // A membership that has ended is none.
      await manager.query(
        'DELETE FROM project_members WHERE project_id = $1 AND user_id = $2 AND expires_at <= now()',
        [project.id, person.id],
      );
      await unlessMember(() => manager.insert(ProjectMember, member));
      await tell(transaction, 'member.added', { projectId: project.id, by }, person, [
        { field: 'role', from: null, to: form.role },
      ]);
    });
  }

  /** @throws Conflict when nobody would own the project any more. */
  async change(project: ProjectContext, userId: string, form: ChangeMemberForm, by: CurrentUser): Promise<void> {
    const person = await this.person(userId);
    const expiresAt = form.expiresAt === undefined ? undefined : futureOf(form.expiresAt);
    await this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      const member = await this.own(transaction, project.id, userId);
      const wanted = {
        role: form.role ?? member.role,
        expiresAt: expiresAt === undefined ? member.expiresAt : expiresAt,
      };
      const stays = wanted.role === 'Owner' && wanted.expiresAt === null;
      if (isLastingOwner(member) && !stays) await demandAnotherOwner(manager, project.id, userId);
      const changes = changesOf(
        { role: member.role, expiresAt: dayOf(member.expiresAt) },
        { role: wanted.role, expiresAt: dayOf(wanted.expiresAt) },
      );
      if (changes.length === 0) return;
      await manager.update(ProjectMember, { projectId: project.id, userId }, wanted);
      await tell(transaction, 'member.role_changed', { projectId: project.id, by }, person, changes);
    });
  }

  /** Somebody removes another, or leaves. */
  async remove(project: ProjectContext, userId: string, by: CurrentUser): Promise<void> {
    const person = await this.person(userId);
    await this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      const member = await this.own(transaction, project.id, userId);
      if (isLastingOwner(member)) await demandAnotherOwner(manager, project.id, userId);
      await manager.delete(ProjectMember, { projectId: project.id, userId });
      await tell(
        transaction,
        userId === by.id ? 'member.left' : 'member.removed',
        { projectId: project.id, by },
        person,
      );
    });
  }

  /** Another member becomes Owner; whoever gave the project away stays as Developer. */
  async transfer(project: ProjectContext, userId: string, by: CurrentUser): Promise<void> {
    const person = isUUID(userId) ? await this.users.find(userId) : null;
    await this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      const roles = person ? await manager.query<object[]>(MEMBER, [project.id, person.id]) : [];
      if (!person || roles.length === 0)
        throw new Invalid({ userId: 'Choose somebody who is a member of the project.' });
      if (person.id === by.id) throw new Invalid({ userId: 'Choose somebody else: you are the Owner already.' });
      await manager.query(OWN, [project.id, person.id]);
      await manager.update(
        ProjectMember,
        { projectId: project.id, userId: by.id, role: 'Owner' },
        { role: 'Developer' },
      );
      transaction.changed({ topic: 'projects', projectId: project.id });
      await transaction.did({
        ...{ type: 'project.transferred', by, projectId: project.id, teamId: null },
        object: { type: 'project', id: project.id, name: project.name },
        changes: [{ field: 'owner', from: by.name, to: person.name }],
      });
    });
  }

  private async person(userId: string): Promise<Person> {
    const person = isUUID(userId) ? await this.users.find(userId) : null;
    if (!person) throw new NotFound('member');
    return person;
  }

  /** While nobody else changes memberships of the project. @throws NotFound, or Conflict when the person is in by a team only. */
  private async own({ manager }: Transaction, projectId: string, userId: string): Promise<ProjectMember> {
    await manager.query('SELECT FROM projects WHERE id = $1 FOR NO KEY UPDATE', [projectId]);
    const member = await manager.findOneBy(ProjectMember, { projectId, userId });
    if (member) return member;
    const [byTeam] = await manager.query<object[]>(MEMBER, [projectId, userId]);
    if (!byTeam) throw new NotFound('member');
    throw new Conflict(
      'This person is in the project by a team: change the role there, or end the invitation of the team.',
    );
  }
}

const MEMBER = 'SELECT FROM project_roles WHERE project_id = $1 AND user_id = $2';
const OWN = `
  INSERT INTO project_members (project_id, user_id, role) VALUES ($1, $2, 'Owner')
  ON CONFLICT (project_id, user_id) DO UPDATE SET role = 'Owner', expires_at = NULL`;

function isLastingOwner({ role, expiresAt }: ProjectMember): boolean {
  return role === 'Owner' && expiresAt === null;
}

/** @throws Invalid when it has passed. */
function futureOf(expiresAt: Date | null | undefined): Date | null {
  if (!expiresAt || Number.isNaN(expiresAt.getTime())) return null;
  if (expiresAt > new Date()) return expiresAt;
  throw new Invalid({ expiresAt: 'Choose an end that lies in the future.' });
}

function dayOf(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}

async function unlessMember(insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert();
  } catch (error) {
    if (!isUniqueViolation(error, 'project_members_pkey')) throw error;
    throw new Conflict('This person is a member of the project already.', {
      email: 'This person is a member of the project already: change the role in the list.',
    });
  }
}

export function tell(
  transaction: Transaction,
  type: Deed['type'],
  { projectId, by }: { readonly projectId: string; readonly by: CurrentUser },
  { id, name }: { readonly id: string | null; readonly name: string },
  changes?: readonly FieldChange[],
): Promise<void> {
  const object = { type: type.startsWith('invitation') ? 'invitation' : 'member', id, name } as const;
  transaction.changed({ topic: 'projects', projectId });
  return transaction.did({ type, by, projectId, teamId: null, object, ...(changes && { changes }) });
}
