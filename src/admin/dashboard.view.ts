import { integer, named, nullable, number, object, type Of, record, text } from '../shared/api/index.js';

export const DashboardView = named('Dashboard', {
  users: object({ active: integer(), disabled: integer(), admins: integer() }),
  teams: integer(),
  projects: integer(),
  servers: record(integer()),
  apiKeys: object({ usable: integer(), ended: integer() }),
  sessions: integer('MCP clients that are connected now.'),
  calls24h: object({
    total: integer(),
    failed: integer(),
    successRate: nullable(number('0 to 1; null without calls.')),
  }),
  databaseBytes: integer(),
  uptimeSeconds: integer('Of this process.'),
  version: text('Of PostgreSQL.'),
});
export type DashboardView = Of<typeof DashboardView>;
