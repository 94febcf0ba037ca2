import {
  anyObject,
  flag,
  integer,
  list,
  named,
  nullable,
  object,
  type Of,
  oneOf,
  text,
  time,
} from '../../shared/api/index.js';
import { ROLES } from '../project-role.js';
import { ProjectDetail } from '../project.view.js';

export const FORMAT = 'mcp-orchestrator/project';

/** A project without its secrets, for another instance or for keeping. */
export const ProjectExport = named('ProjectExport', {
  format: oneOf([FORMAT]),
  version: integer(),
  exportedAt: time(),
  project: object({
    slug: text(),
    name: text(),
    description: text(),
    unifiedEnabled: flag(),
    callTimeoutMs: nullable(integer()),
    authRequired: flag(),
    allowedIpRanges: list(text()),
    rateLimitPerMinute: nullable(integer()),
    rateLimitPerDay: nullable(integer()),
  }),
  servers: list(anyObject('As a server is registered; values of env and headers and secret arguments are missing.')),
  members: list(object({ email: text(), role: oneOf(ROLES) }), 'To be read by people: an import invites nobody.'),
});
export type ProjectExport = Of<typeof ProjectExport>;

export const ImportedProject = named('ImportedProject', {
  project: ProjectDetail,
  servers: list(text(), 'The names of those that were added.'),
});
