import { type Column, names, parametersOf, selected, type Statement, unnested } from './columns.js';
import type { Entry, RowOf } from './entry.js';
import { insertCalls } from './insert-calls.js';

const SESSION_COLUMNS: readonly Column<RowOf<'session'>>[] = [
  ['id', 'text', (row) => row.id],
  ['project_id', 'uuid', (row) => row.projectId],
  ['server_id', 'uuid', (row) => row.serverId],
  ['endpoint', 'text', (row) => row.endpoint],
  ['transport', 'text', (row) => row.transport],
  ['protocol_version', 'text', (row) => row.protocolVersion],
  ['client_name', 'text', (row) => row.clientName],
  ['client_version', 'text', (row) => row.clientVersion],
  ['api_key_id', 'uuid', (row) => row.apiKeyId],
  ['ip', 'text', (row) => row.ip],
  ['user_agent', 'text', (row) => row.userAgent],
  ['started_at', 'timestamptz', (row) => row.at],
  ['last_activity_at', 'timestamptz', (row) => row.at],
];

const SESSION_END_COLUMNS: readonly Column<RowOf<'sessionEnd'>>[] = [
  ['id', 'text', (row) => row.sessionId],
  ['at', 'timestamptz', (row) => row.at],
];

const SERVER_LOG_COLUMNS: readonly Column<RowOf<'serverLog'>>[] = [
  ['id', 'uuid', (row) => row.id],
  ['at', 'timestamptz', (row) => row.at],
  ['project_id', 'uuid', (row) => row.projectId],
  ['server_id', 'uuid', (row) => row.serverId],
  ['level', 'text', (row) => row.level],
  ['category', 'text', (row) => row.category],
  ['message', 'text', (row) => row.message],
  ['details', 'jsonb', (row) => row.details],
];

const newRows = (columns: readonly Column<never>[]) => `${unnested(columns)} AS new_row (${names(columns)})`;

/** Rows of a project that was deleted meanwhile fall out of the join; the batch goes on. */
const WITH_PROJECT = 'JOIN projects AS project ON project.id = new_row.project_id';

const INSERT_SESSIONS = `
INSERT INTO client_sessions (${names(SESSION_COLUMNS)})
SELECT ${selected(SESSION_COLUMNS)} FROM ${newRows(SESSION_COLUMNS)} ${WITH_PROJECT}
ON CONFLICT (id) DO NOTHING`;

const END_SESSIONS = `
UPDATE client_sessions AS session
SET ended_at = new_row.at, last_activity_at = greatest(session.last_activity_at, new_row.at)
FROM ${newRows(SESSION_END_COLUMNS)} WHERE session.id = new_row.id AND session.ended_at IS NULL`;

const INSERT_SERVER_LOGS = `
INSERT INTO server_logs (${names(SERVER_LOG_COLUMNS)}, server_name)
SELECT ${selected(SERVER_LOG_COLUMNS)}, server.name FROM ${newRows(SERVER_LOG_COLUMNS)}
${WITH_PROJECT}
LEFT JOIN mcp_servers AS server ON server.id = new_row.server_id
ON CONFLICT (id) DO NOTHING`;

/** One statement per kind of entry, in an order that lets calls find their session; each may be repeated without harm. */
export function statementsFor(entries: readonly Entry[]): Statement[] {
  const calls = rowsOf('call', entries);
  return [
    ...statement('session', INSERT_SESSIONS, SESSION_COLUMNS, entries),
    ...(calls.length > 0 ? [insertCalls(calls)] : []),
    ...statement('sessionEnd', END_SESSIONS, SESSION_END_COLUMNS, entries),
    ...statement('serverLog', INSERT_SERVER_LOGS, SERVER_LOG_COLUMNS, entries),
  ];
}

function statement<Kind extends Entry['kind']>(
  kind: Kind,
  text: string,
  columns: readonly Column<RowOf<Kind>>[],
  entries: readonly Entry[],
): Statement[] {
  const rows = rowsOf(kind, entries);
  return rows.length > 0 ? [{ name: `record-${kind}`, text, values: parametersOf(columns, rows) }] : [];
}

function rowsOf<Kind extends Entry['kind']>(kind: Kind, entries: readonly Entry[]): RowOf<Kind>[] {
  const rows: RowOf<Kind>[] = [];
  for (const entry of entries) if (entry.kind === kind) rows.push(entry.row as RowOf<Kind>);
  return rows;
}
