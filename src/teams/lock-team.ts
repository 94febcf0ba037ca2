import type { EntityManager } from 'typeorm';
import { NotFound } from '../shared/errors/index.js';
import { Team } from './team.entity.js';

/**
 * Whoever changes a team or its people takes this first: what is decided by who else is an Owner, or by which projects
 * the team is in, stays true until the commit, since an invitation into a project refers to the locked row.
 * @throws NotFound
 */
export async function lockTeam(manager: EntityManager, id: string): Promise<Team> {
  const team = await manager.findOne(Team, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!team) throw new NotFound('team');
  return team;
}
