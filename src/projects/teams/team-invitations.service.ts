import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CurrentUser } from '../../auth/index.js';
import { isUniqueViolation, sqlState, SqlState } from '../../shared/database/index.js';
import { Conflict, Invalid, NotFound } from '../../shared/errors/index.js';
import { type Deed, type FieldChange, type Transaction, Transactions } from '../../shared/events/index.js';
import { TeamAccess } from '../../teams/index.js';
import type { Role } from '../project-role.js';
import { IS_INVITED, ProjectTeam } from './project-team.entity.js';
import { CHOOSE_TEAM, type InviteTeamForm } from './project-team.form.js';
import type { ProjectTeamView } from './project-team.view.js';

type Named = Pick<ProjectTeamView, 'teamId' | 'name'>;

/** Invites teams into projects as a whole; what its people may do there follows the team as it changes. */
@Injectable()
export class TeamInvitations {
  constructor(
    private readonly transactions: Transactions,
    private readonly teams: TeamAccess,
  ) {}

  /** @returns the team's id. @throws Invalid for a team that the person is not in, Conflict when it is invited already. */
  async invite(projectId: string, { teamId: slugOrId, role }: InviteTeamForm, by: CurrentUser): Promise<string> {
    const team = await this.teams.find(slugOrId, by);
    if (!team) throw new Invalid({ teamId: CHOOSE_TEAM });
    const { id: teamId, name } = team;
    await this.transactions.run(async (transaction) => {
      await insertOnce(transaction.manager, { projectId, teamId, role }, name);
      const changes = [{ field: 'role', from: null, to: role }];
      await tell(transaction, 'team.invited', { projectId, team: { teamId, name }, by, changes });
    });
    return teamId;
  }

  async changeRole(projectId: string, team: Named, role: Role, by: CurrentUser): Promise<void> {
    await this.transactions.run(async (transaction) => {
      const { manager } = transaction;
      const where = { projectId, teamId: team.teamId };
      const invited = await manager.findOne(ProjectTeam, { where, lock: { mode: 'pessimistic_write' } });
      if (!invited) throw new NotFound('team');
      if (invited.role === role) return;
      await manager.update(ProjectTeam, where, { role });
      const changes = [{ field: 'role', from: invited.role, to: role }];
      await tell(transaction, 'team.role_changed', { projectId, team, by, changes });
    });
  }

  async remove(projectId: string, team: Named, by: CurrentUser): Promise<void> {
    await this.transactions.run(async (transaction) => {
      const { affected } = await transaction.manager.delete(ProjectTeam, { projectId, teamId: team.teamId });
      if (!affected) throw new NotFound('team');
      await tell(transaction, 'team.removed', { projectId, team, by });
    });
  }
}

async function insertOnce(
  manager: EntityManager,
  invited: Pick<ProjectTeam, 'projectId' | 'teamId' | 'role'>,
  name: string,
): Promise<void> {
  try {
    await manager.insert(ProjectTeam, invited);
  } catch (error) {
    // The team, or the project, was deleted a moment ago.
    if (sqlState(error) === SqlState.foreignKeyViolation) throw new Invalid({ teamId: CHOOSE_TEAM });
    if (!isUniqueViolation(error, IS_INVITED)) throw error;
    const sentence = `The team "${name}" is in the project already: change the role in the list.`;
    throw new Conflict(sentence, { teamId: sentence });
  }
}

interface Told {
  readonly projectId: string;
  readonly team: Named;
  readonly by: CurrentUser;
  readonly changes?: readonly FieldChange[];
}

function tell(transaction: Transaction, type: Deed['type'], { projectId, team, by, changes }: Told): Promise<void> {
  const { teamId, name } = team;
  transaction.changed({ topic: 'projects', projectId });
  return transaction.did({ type, by, projectId, teamId, object: { type: 'team', id: teamId, name }, changes });
}
