import { type Column, names, parametersOf, selected, type Statement, unnested } from './columns.js';
import type { CallRow } from './entry.js';

/** What many calls of a batch have in common: sent, joined and looked up once for all of them. */
const COMMON: readonly Column<CallRow>[] = [
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
];

/** In an array that is written without quotes. */
const bytea = (hex: string | null) => hex && `\\\\x${hex}`;

const OWN: readonly Column<CallRow>[] = [
  ['id', 'uuid', (row) => row.id],
  ['at', 'timestamptz', (row) => row.at],
  ['error_message', 'text', (row) => row.errorMessage],
  ['arguments', 'payload', (row) => row.arguments],
  ['arguments_truncated', 'boolean', (row) => row.argumentsTruncated],
  ['arguments_sha256', 'bytea', (row) => bytea(row.argumentsSha256)],
  ['result', 'payload', (row) => row.result],
  ['result_truncated', 'boolean', (row) => row.resultTruncated],
  ['result_sha256', 'bytea', (row) => bytea(row.resultSha256)],
  ['request_bytes', 'integer', (row) => row.requestBytes],
  ['response_bytes', 'integer', (row) => row.responseBytes],
  ['duration_ms', 'double precision', (row) => row.durationMs],
  ['queue_ms', 'double precision', (row) => row.queueMs],
  ['trace_id', 'text', (row) => row.traceId],
];

/**
 * Rows of a project that was deleted meanwhile fall out of the join; the batch goes on. Counters of sessions count what
 * was inserted, not what was sent: a batch that is sent again adds nothing.
 */
const INSERT = `
WITH kind AS MATERIALIZED (
  SELECT given.*, server.name AS server_name, api_key.name AS api_key_name, api_key.prefix AS api_key_prefix,
    person.name AS user_name
  FROM ${unnested(COMMON)} WITH ORDINALITY AS given (${names(COMMON)}, number)
  JOIN projects AS project ON project.id = given.project_id
  LEFT JOIN mcp_servers AS server ON server.id = given.server_id
  LEFT JOIN api_keys AS api_key ON api_key.id = given.api_key_id
  LEFT JOIN users AS person ON person.id = given.user_id
), inserted AS (
  INSERT INTO tool_call_logs
    (${names(OWN)}, ${names(COMMON)}, server_name, api_key_name, api_key_prefix, user_name)
  SELECT ${selected(OWN)}, ${selected(COMMON, 'kind')}, server_name, api_key_name, api_key_prefix, user_name
  FROM ${unnested([...OWN, ['kind', 'integer', () => null]], COMMON.length + 1)} AS new_row (${names(OWN)}, kind)
  JOIN kind ON kind.number = new_row.kind
  ON CONFLICT (project_id, at, id) DO NOTHING
  RETURNING session_id, status, at
), counted AS (
  SELECT session_id, count(*) AS calls, count(*) FILTER (WHERE status IN ('error', 'timeout')) AS failures, max(at) AS latest
  FROM inserted WHERE session_id IS NOT NULL GROUP BY session_id
)
UPDATE client_sessions AS session
SET calls = session.calls + counted.calls, failures = session.failures + counted.failures,
    last_activity_at = greatest(session.last_activity_at, counted.latest)
FROM counted WHERE session.id = counted.session_id`;

export function insertCalls(rows: readonly CallRow[]): Statement {
  const kinds = new Map<string | null, number[]>();
  const first: CallRow[] = [];
  const numbers = rows.map((row) => {
    let ofSession = kinds.get(row.sessionId);
    if (!ofSession) kinds.set(row.sessionId, (ofSession = []));
    let number = ofSession.find((candidate) => isSameKind(first[candidate - 1] as CallRow, row));
    if (number === undefined) ofSession.push((number = first.push(row)));
    return number;
  });
  const values = [...parametersOf(COMMON, first), ...parametersOf(OWN, rows), `{${numbers.join(',')}}`];
  return { name: 'record-call', text: INSERT, values };
}

function isSameKind(one: CallRow, other: CallRow): boolean {
  return COMMON.every(([, , valueOf]) => valueOf(one) === valueOf(other));
}
