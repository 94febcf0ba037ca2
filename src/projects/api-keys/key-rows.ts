import type { CurrentUser } from '../../auth/index.js';
import type { ServerEndpoint } from '../endpoint-lister.js';
import type { ProjectContext } from '../project-context.js';
import type { ApiKeyView } from './api-key.view.js';
import { type Reach, reachOf } from './key-scopes.js';

/** A key as a page shows it, with what the asker may do with it. */
export interface KeyRow extends ApiKeyView {
  readonly reach: Reach;
  readonly canRevoke: boolean;
  readonly canRotate: boolean;
}

export function keyRow(
  key: ApiKeyView,
  project: ProjectContext,
  user: CurrentUser,
  servers: readonly ServerEndpoint[],
): KeyRow {
  const isOwn = project.can('keys.write') && key.createdBy.id === user.id;
  const mayChange = isOwn || project.can('keys.write-all');
  const hasEnded = key.state === 'revoked' || key.state === 'expired';
  return {
    ...key,
    reach: reachOf(key.scopes, servers),
    canRevoke: mayChange && key.state !== 'revoked',
    canRotate: mayChange && !hasEnded && key.rotatedTo === null,
  };
}

/** The servers that the form offers, with those that were chosen. */
export function serverChoices(servers: readonly ServerEndpoint[], chosen: unknown): object[] {
  const ids: readonly unknown[] = Array.isArray(chosen) ? chosen : [];
  return servers.map(({ id, name, enabled }) => ({ id, name, enabled, chosen: ids.includes(id) }));
}
