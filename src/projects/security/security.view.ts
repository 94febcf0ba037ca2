import { flag, integer, list, named, nullable, type Of, text } from '../../shared/api/index.js';
import type { Project } from '../project.entity.js';

/** Who may use the endpoints of a project, from where and how much. */
export const SecurityView = named('Security', {
  authRequired: flag('MCP clients need an API key.'),
  allowedIpRanges: list(text(), 'Addresses and networks that MCP clients may come from; empty: all.'),
  rateLimitPerMinute: nullable(integer('Requests of a key that sets no limit of its own.')),
  rateLimitPerDay: nullable(integer('Requests of a key that sets no limit of its own.')),
  yourAddress: nullable(text('From which you ask.')),
});
export type SecurityView = Of<typeof SecurityView>;

export function securityView(project: Project, yourAddress: string | null): SecurityView {
  const { authRequired, allowedIpRanges, rateLimitPerMinute, rateLimitPerDay } = project;
  return { authRequired, allowedIpRanges, rateLimitPerMinute, rateLimitPerDay, yourAddress };
}
