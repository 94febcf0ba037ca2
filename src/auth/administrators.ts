import type { EntityManager } from 'typeorm';

const LOCK = 'users: is there an administrator';

/**
 * Whoever asks whether there is an administrator, and acts on the answer, takes this lock first. It is held until the
 * transaction ends, so that there is never a second first one, and never none.
 */
export async function lockAdministrators(manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [LOCK]);
}
