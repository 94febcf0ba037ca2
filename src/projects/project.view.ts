import { flag, id, integer, list, named, nullable, object, type Of, oneOf, text, time } from '../shared/api/index.js';
import { MemberView } from './members/member.view.js';
import type { Facts } from './project-facts.js';
import { type Role, ROLES } from './project-role.js';
import type { Project } from './project.entity.js';

/** A project as JSON clients and pages see it. */
export const ProjectView = named('Project', {
  id: id(),
  slug: text(),
  name: text(),
  description: text(),
  role: oneOf(ROLES, 'What the asker may do there.'),
  favorite: flag('Of the asker.'),
  unifiedEnabled: flag('Clients may reach all servers through one endpoint.'),
  callTimeoutMs: nullable(integer('Of servers that are added without a time limit of their own.')),
  counts: object({ members: integer(), servers: integer(), calls24h: integer() }),
  lastCallAt: nullable(time()),
  createdAt: time(),
  updatedAt: time(),
});
export type ProjectView = Of<typeof ProjectView>;

export const ProjectDetail = named('ProjectDetail', { ...ProjectView.fields, members: list(MemberView) });
export type ProjectDetail = Of<typeof ProjectDetail>;

export interface ListedProject {
  readonly project: Project;
  readonly role: Role;
  readonly members: number;
  readonly favorite: boolean;
}

export function projectView({ project, role, members, favorite }: ListedProject, facts: Facts): ProjectView {
  const { id, slug, name, description, unifiedEnabled, callTimeoutMs, createdAt, updatedAt } = project;
  return {
    id,
    slug,
    name,
    description,
    role,
    favorite,
    unifiedEnabled,
    callTimeoutMs,
    counts: { members, servers: facts.servers, calls24h: facts.calls24h },
    lastCallAt: facts.lastCallAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
