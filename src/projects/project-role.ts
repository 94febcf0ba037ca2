import type { Role } from '../shared/roles.js';

export { isAtLeast, type Role, roleOf, ROLES } from '../shared/roles.js';

const NEEDED = {
  'servers.write': 'Developer',
  'tools.run': 'Developer',
  'keys.write': 'Developer',
  'keys.write-all': 'Owner',
  'logs.delete': 'Owner',
  'project.write': 'Owner',
  'members.write': 'Owner',
  'teams.invite': 'Owner',
} as const satisfies Record<string, Role>;

/** What one may do in a project beyond looking at it. */
export type Permission = keyof typeof NEEDED;

/** The least role that has the permission. */
export function roleFor(permission: Permission): Role {
  return NEEDED[permission];
}
