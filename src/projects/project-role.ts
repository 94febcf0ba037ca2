/** From the most to the least a member may do. */
export const ROLES = ['Owner', 'Developer', 'Reporter'] as const;

export type Role = (typeof ROLES)[number];

const NEEDED = {
  'servers.write': 'Developer',
  'tools.run': 'Developer',
  'keys.write': 'Developer',
  'keys.write-all': 'Owner',
  'logs.delete': 'Owner',
  'project.write': 'Owner',
  'members.write': 'Owner',
} as const satisfies Record<string, Role>;

/** What one may do in a project beyond looking at it. */
export type Permission = keyof typeof NEEDED;

/** An administrator counts as Owner everywhere. */
export function roleOf(isAdmin: boolean, membership: Role | null | undefined): Role {
  return isAdmin ? 'Owner' : (membership ?? 'Reporter');
}

/** Whether `role` includes everything that `needed` may do. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}

/** The least role that has the permission. */
export function roleFor(permission: Permission): Role {
  return NEEDED[permission];
}
