/** Of a project and of a team alike, from the most to the least a member may do. */
export const ROLES = ['Owner', 'Developer', 'Reporter'] as const;

export type Role = (typeof ROLES)[number];

/** An administrator counts as Owner everywhere. */
export function roleOf(isAdmin: boolean, membership: Role | null | undefined): Role {
  return isAdmin ? 'Owner' : (membership ?? 'Reporter');
}

/** Whether `role` includes everything that `needed` may do. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}
