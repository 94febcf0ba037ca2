import { Injectable } from '@nestjs/common';
import type { CurrentUser } from '../auth/index.js';
import { isUniqueViolation } from '../shared/database/index.js';
import { Invalid } from '../shared/errors/index.js';
import { changesOf, type Deed, type FieldChange, type Transaction, Transactions } from '../shared/events/index.js';
import { slugsFrom } from '../shared/slug.js';
import { lockTeam } from './lock-team.js';
import { TeamMember } from './team-member.entity.js';
import { TeamProjects } from './team-projects.js';
import { SLUG_TAKEN, Team } from './team.entity.js';
import type { ChangeTeamForm, CreateTeamForm } from './team.form.js';

/** Makes, changes and deletes teams. */
@Injectable()
export class TeamsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly projects: TeamProjects,
  ) {}

  /** The creator becomes Owner. */
  async create(form: CreateTeamForm, creator: CurrentUser): Promise<Team> {
    const team = form.slug
      ? await this.insert(form, form.slug, creator)
      : await this.insertUnderFreeSlug(form, creator);
    if (!team) throw slugTaken(form.slug ?? '');
    return team;
  }

  async change(id: string, form: ChangeTeamForm, by: CurrentUser): Promise<Team> {
    const saved = await unlessTaken(() =>
      this.transactions.run(async (transaction) => {
        const team = await lockTeam(transaction.manager, id);
        const changes = changesOf(team, form);
        const saved = await transaction.manager.save(Object.assign(team, form));
        if (changes.length > 0) await tell(transaction, 'team.updated', saved, by, { changes });
        return saved;
      }),
    );
    if (!saved) throw slugTaken(form.slug ?? '');
    return saved;
  }

  /** Its people lose what they could do in projects through it. */
  async delete({ id }: Pick<Team, 'id'>, by: CurrentUser): Promise<void> {
    await this.transactions.run(async (transaction) => {
      const team = await lockTeam(transaction.manager, id);
      for (const projectId of await this.projects.announce(transaction, id)) {
        await tell(transaction, 'team.removed', team, by, { projectId });
      }
      await transaction.manager.delete(Team, { id });
      await tell(transaction, 'team.deleted', { id, name: team.name }, by);
    });
  }

  private async insertUnderFreeSlug(form: CreateTeamForm, creator: CurrentUser): Promise<Team> {
    const slugs = slugsFrom(form.name, 'team');
    for (;;) {
      const team = await this.insert(form, slugs.next().value, creator);
      if (team) return team;
    }
  }

  /** `undefined`: the slug is taken. */
  private insert(form: CreateTeamForm, slug: string, creator: CurrentUser): Promise<Team | undefined> {
    const { name, description = '' } = form;
    return unlessTaken(() =>
      this.transactions.run(async (transaction) => {
        const { manager } = transaction;
        const team = await manager.save(manager.create(Team, { name, description, slug }));
        await manager.insert(TeamMember, { teamId: team.id, userId: creator.id, role: 'Owner' });
        await tell(transaction, 'team.created', team, creator);
        return team;
      }),
    );
  }
}

function tell(
  transaction: Transaction,
  type: Deed['type'],
  { id, name }: Pick<Team, 'id' | 'name'>,
  by: CurrentUser,
  { projectId = null, changes }: { projectId?: string | null; changes?: readonly FieldChange[] } = {},
): Promise<void> {
  return transaction.did({ type, by, projectId, teamId: id, object: { type: 'team', id, name }, changes });
}

async function unlessTaken<Result>(save: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await save();
  } catch (error) {
    if (isUniqueViolation(error, SLUG_TAKEN)) return undefined;
    throw error;
  }
}

function slugTaken(slug: string): Invalid {
  return new Invalid({ slug: `Choose another slug: "${slug}" is taken.` });
}
