import type { Actor, Deed, FieldChange, Transaction } from '../shared/events/index.js';

/** What somebody did to their own account, for the feed of the instance. */
export function tellOfAccount(
  transaction: Transaction,
  type: Deed['type'],
  by: Actor,
  changes?: readonly FieldChange[],
): Promise<void> {
  const object = { type: 'user' as const, id: by.id, name: by.name };
  return transaction.did({ type, by, projectId: null, teamId: null, object, changes });
}
