import type { EntityManager } from 'typeorm';
import { Conflict } from '../../shared/errors/index.js';

/** @throws Conflict when the project would have no Owner of its own left. Of two who go at once, the second waits and sees. */
export async function demandAnotherOwner(manager: EntityManager, projectId: string, userId: string): Promise<void> {
  const owners = await manager.query<{ id: string }[]>(
    `SELECT user_id AS id FROM project_members
     WHERE project_id = $1 AND role = 'Owner' AND expires_at IS NULL ORDER BY user_id FOR UPDATE`,
    [projectId],
  );
  if (owners.some(({ id }) => id !== userId)) return;
  throw new Conflict('This is the last Owner of the project: make another member Owner first.');
}
