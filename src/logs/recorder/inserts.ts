import type { Entry, RowOf } from './entry.js';

type Value = string | number | boolean | null;
type Column<Row> = readonly [name: string, type: string, value: (row: Row) => Value];

const bytea = (hex: string | null) => hex && `\\x${hex}`;

const CALL_COLUMNS: readonly Column<RowOf<'call'>>[] = [
  ['id', 'uuid', (row) => row.id],
  ['at', 'timestamptz', (row) => row.at],
  ['project_id', 'uuid', (row) => row.projectId],
  ['server_id', 'uuid', (row) => row.serverId],
  ['endpoint', 'text', (row) => row.endpoint],
  ['transport', 'text', (row) => row.transport],
  ['session_id', 'text', (row) => row.sessionId],
  ['client_name', 'text', (row) => row.clientName],
  ['client_version', 'text', (row) => row.clientVersion],
  ['api_key_id', 'uuid', (row) => row.apiKeyId],
  ['user_id', 'uuid', (row) => row.userId],
  ['ip', 'text', (row) => row.ip],
  ['user_agent', 'text', (row) => row.userAgent],
  ['method', 'text', (row) => row.method],
  ['tool', 'text', (row) => row.tool],
  ['status', 'text', (row) => row.status],
  ['error_code', 'text', (row) => row.errorCode],
  ['error_message', 'text', (row) => row.errorMessage],
  ['arguments', 'text', (row) => row.arguments],
  ['arguments_truncated', 'boolean', (row) => row.argumentsTruncated],
  ['arguments_sha256', 'bytea', (row) => bytea(row.argumentsSha256)],
  ['result', 'text', (row) => row.result],
  ['result_truncated', 'boolean', (row) => row.resultTruncated],
  ['result_sha256', 'bytea', (row) => bytea(row.resultSha256)],
  ['request_bytes', 'integer', (row) => row.requestBytes],
  ['response_bytes', 'integer', (row) => row.responseBytes],
  ['duration_ms', 'double precision', (row) => row.durationMs],
  ['queue_ms', 'double precision', (row) => row.queueMs],
  ['trace_id', 'text', (row) => row.traceId],
];

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

const names = (columns: readonly Column<never>[]) => columns.map(([name]) => name).join(', ');
const selected = (columns: readonly Column<never>[]) => columns.map(([name]) => `new_row.${name}`).join(', ');
const unnested = (columns: readonly Column<never>[]) =>
  `unnest(${columns.map(([, type], at) => `$${at + 1}::${type}[]`).join(', ')}) AS new_row (${names(columns)})`;

/** Rows of a project that was deleted meanwhile fall out of the join; the batch goes on. */
const WITH_PROJECT = 'JOIN projects AS project ON project.id = new_row.project_id';

/** Counters of sessions count what was inserted, not what was sent: a batch that is sent again adds nothing. */
const INSERT_CALLS = `
WITH inserted AS (
  INSERT INTO tool_call_logs (${names(CALL_COLUMNS)}, server_name, api_key_name, api_key_prefix, user_name)
  SELECT ${selected(CALL_COLUMNS)}, server.name, api_key.name, api_key.prefix, person.name
  FROM ${unnested(CALL_COLUMNS)}
  ${WITH_PROJECT}
  LEFT JOIN mcp_servers AS server ON server.id = new_row.server_id
  LEFT JOIN api_keys AS api_key ON api_key.id = new_row.api_key_id
  LEFT JOIN users AS person ON person.id = new_row.user_id
  ON CONFLICT (id, at) DO NOTHING
  RETURNING session_id, status, at
), counted AS (
  SELECT session_id, count(*) AS calls, count(*) FILTER (WHERE status IN ('error', 'timeout')) AS failures, max(at) AS latest
  FROM inserted WHERE session_id IS NOT NULL GROUP BY session_id
)
UPDATE client_sessions AS session
SET calls = session.calls + counted.calls, failures = session.failures + counted.failures,
    last_activity_at = greatest(session.last_activity_at, counted.latest)
FROM counted WHERE session.id = counted.session_id`;

const INSERT_SESSIONS = `
INSERT INTO client_sessions (${names(SESSION_COLUMNS)})
SELECT ${selected(SESSION_COLUMNS)} FROM ${unnested(SESSION_COLUMNS)} ${WITH_PROJECT}
ON CONFLICT (id) DO NOTHING`;

const END_SESSIONS = `
UPDATE client_sessions AS session
SET ended_at = new_row.at, last_activity_at = greatest(session.last_activity_at, new_row.at)
FROM ${unnested(SESSION_END_COLUMNS)} WHERE session.id = new_row.id AND session.ended_at IS NULL`;

const INSERT_SERVER_LOGS = `
INSERT INTO server_logs (${names(SERVER_LOG_COLUMNS)}, server_name)
SELECT ${selected(SERVER_LOG_COLUMNS)}, server.name FROM ${unnested(SERVER_LOG_COLUMNS)}
${WITH_PROJECT}
LEFT JOIN mcp_servers AS server ON server.id = new_row.server_id
ON CONFLICT (id) DO NOTHING`;

export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: Value[][];
}

/** One statement per kind of entry, in an order that lets calls find their session; each may be repeated without harm. */
export function statementsFor(entries: readonly Entry[]): Statement[] {
  return [
    ...statement('session', INSERT_SESSIONS, SESSION_COLUMNS, entries),
    ...statement('call', INSERT_CALLS, CALL_COLUMNS, entries),
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
  const rows = entries.flatMap((entry) => (entry.kind === kind ? [entry.row as RowOf<Kind>] : []));
  if (rows.length === 0) return [];
  return [{ name: `record-${kind}`, text, values: columns.map(([, , valueOf]) => rows.map(valueOf)) }];
}
