import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { type EntityManager, Not } from 'typeorm';
import { type CurrentUser, type User, UsersService } from '../auth/index.js';
import { isUniqueViolation } from '../shared/database/index.js';
import { Conflict, Invalid, NotFound } from '../shared/errors/index.js';
import { type Deed, type FieldChange, type Transaction, Transactions } from '../shared/events/index.js';
import type { Role } from '../shared/roles.js';
import { lockTeam } from './lock-team.js';
import { IS_MEMBER, TeamMember } from './team-member.entity.js';
import type { AddTeamMemberForm } from './team-member.form.js';
import { TeamProjects } from './team-projects.js';
import type { Team } from './team.entity.js';

/** Who is in a team and as what. All of it is at once effective in the projects that the team is in. */
@Injectable()
export class TeamMembers {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly projects: TeamProjects,
  ) {}

  /** @throws Invalid when nobody has the address, Conflict when the person is in the team already. */
  async add(teamId: string, { email, role }: AddTeamMemberForm, by: CurrentUser): Promise<string> {
    const person = await this.users.findByEmail(email);
    if (!person) throw new Invalid({ email: `Nobody has signed up as ${email}: let them sign up first.` });
    const { id: userId } = person;
    await this.change(teamId, async (transaction, team) => {
      await insertOnce(transaction.manager, { teamId, userId, role }, person.name);
      const changes = [{ field: 'role', from: null, to: role }];
      await tell(transaction, 'member.added', { team, person, by, changes });
    });
    return userId;
  }

  /** @throws Conflict when it would leave the team without an Owner. */
  async changeRole(teamId: string, userId: string, role: Role, by: CurrentUser): Promise<void> {
    const person = await this.person(userId);
    await this.change(teamId, async (transaction, team) => {
      const { manager } = transaction;
      const { role: before } = await memberOf(manager, teamId, userId);
      if (before === role) return;
      if (before === 'Owner') await keepAnOwner(manager, team, person, by);
      await manager.update(TeamMember, { teamId, userId }, { role });
      const changes = [{ field: 'role', from: before, to: role }];
      await tell(transaction, 'member.role_changed', { team, person, by, changes });
    });
  }

  /** Leaving is removing oneself. @throws Conflict when it would leave the team without an Owner. */
  async remove(teamId: string, userId: string, by: CurrentUser): Promise<void> {
    const person = await this.person(userId);
    await this.change(teamId, async (transaction, team) => {
      const { manager } = transaction;
      const { role } = await memberOf(manager, teamId, userId);
      if (role === 'Owner') await keepAnOwner(manager, team, person, by);
      await manager.delete(TeamMember, { teamId, userId });
      await tell(transaction, userId === by.id ? 'member.left' : 'member.removed', { team, person, by });
    });
  }

  private async person(userId: string): Promise<User> {
    const person = isUUID(userId) ? await this.users.find(userId) : null;
    if (!person) throw new NotFound('member');
    return person;
  }

  private change(teamId: string, work: (transaction: Transaction, team: Team) => Promise<void>): Promise<void> {
    return this.transactions.run(async (transaction) => {
      const team = await lockTeam(transaction.manager, teamId);
      await work(transaction, team);
      await this.projects.announce(transaction, teamId);
    });
  }
}

async function insertOnce(
  manager: EntityManager,
  member: Pick<TeamMember, 'teamId' | 'userId' | 'role'>,
  name: string,
): Promise<void> {
  try {
    await manager.insert(TeamMember, member);
  } catch (error) {
    if (!isUniqueViolation(error, IS_MEMBER)) throw error;
    const sentence = `${name} is in the team already: change the role in the list.`;
    throw new Conflict(sentence, { email: sentence });
  }
}

async function memberOf(manager: EntityManager, teamId: string, userId: string): Promise<TeamMember> {
  const member = await manager.findOneBy(TeamMember, { teamId, userId });
  if (!member) throw new NotFound('member');
  return member;
}

async function keepAnOwner(manager: EntityManager, team: Team, person: User, by: CurrentUser): Promise<void> {
  const others = await manager.countBy(TeamMember, { teamId: team.id, role: 'Owner', userId: Not(person.id) });
  if (others > 0) return;
  const who = person.id === by.id ? 'You are' : `${person.name} is`;
  throw new Conflict(`${who} the last Owner of the team "${team.name}": make somebody else an Owner first.`);
}

interface Told {
  readonly team: Team;
  readonly person: User;
  readonly by: CurrentUser;
  readonly changes?: readonly FieldChange[];
}

function tell(transaction: Transaction, type: Deed['type'], { team, person, by, changes }: Told): Promise<void> {
  const object = { type: 'member', id: person.id, name: person.name } as const;
  return transaction.did({ type, by, projectId: null, teamId: team.id, object, changes });
}
