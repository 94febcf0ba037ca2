import type { InvitedAs, ProjectMember } from './project-member.entity.js';
import type { Facts } from './project-facts.js';
import type { Role } from './project-role.js';
import type { Project } from './project.entity.js';

/** A project as JSON clients and pages see it. */
export interface ProjectView {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  /** What the asker may do there. */
  readonly role: Role;
  /** Of the asker; nobody can mark one yet. */
  readonly favorite: boolean;
  readonly unifiedEnabled: boolean;
  readonly counts: { readonly members: number; readonly servers: number; readonly calls24h: number };
  readonly lastCallAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface MemberView {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly source: 'direct';
  readonly invitedAs: InvitedAs;
  readonly joinedAt: string;
  readonly expiresAt: string | null;
}

export interface ListedProject {
  readonly project: Project;
  readonly role: Role;
  readonly members: number;
}

export function projectView({ project, role, members }: ListedProject, facts: Facts): ProjectView {
  const { id, slug, name, description, unifiedEnabled, createdAt, updatedAt } = project;
  return {
    id,
    slug,
    name,
    description,
    role,
    favorite: false,
    unifiedEnabled,
    counts: { members, servers: facts.servers, calls24h: facts.calls24h },
    lastCallAt: facts.lastCallAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

export function memberView(
  { userId, role, invitedAs, joinedAt, expiresAt }: ProjectMember,
  { name, email }: { name: string; email: string },
): MemberView {
  const [joined, expires] = [joinedAt.toISOString(), expiresAt?.toISOString() ?? null];
  return { userId, name, email, role, source: 'direct', invitedAs, joinedAt: joined, expiresAt: expires };
}
