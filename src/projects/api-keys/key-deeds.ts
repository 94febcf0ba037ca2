import type { CurrentUser } from '../../auth/index.js';
import { Forbidden } from '../../shared/errors/index.js';
import type { FieldChange, Transaction } from '../../shared/events/index.js';
import type { ProjectContext } from '../project-context.js';
import type { ApiKey } from './api-key.entity.js';

/** @throws Forbidden when it is somebody else's key and the person may not change those. */
export function demandOwn(project: ProjectContext, { createdBy }: ApiKey, user: CurrentUser): void {
  if (createdBy === user.id || project.can('keys.write-all')) return;
  throw new Forbidden(
    'You may change the keys that you made yourself: ask an Owner of the project to change this one.',
  );
}

export function tellOfKey(
  transaction: Transaction,
  type: 'key.created' | 'key.rotated' | 'key.revoked',
  { id, projectId, name }: ApiKey,
  by: CurrentUser,
  changes?: readonly FieldChange[],
): Promise<void> {
  transaction.changed({ topic: 'api_keys', projectId, id });
  return transaction.did({ type, by, projectId, teamId: null, object: { type: 'key', id, name }, changes });
}
