import {
  anything,
  flag,
  id,
  integer,
  named,
  nullable,
  number,
  object,
  type Of,
  oneOf,
  text,
  time,
} from '../shared/api/index.js';
import { type CallStatus, STATUSES } from './call-filter.js';
import { rounded } from './rounding.js';

/** A row of `tool_call_logs` as it is read; payloads are JSON text, or its beginning. */
export interface CallRecord {
  id: string;
  at: Date;
  status: CallStatus;
  tool: string | null;
  method: string;
  transport: 'streamable-http' | 'sse' | 'web';
  endpoint: string;
  serverId: string | null;
  serverName: string | null;
  sessionId: string | null;
  clientName: string | null;
  clientVersion: string | null;
  apiKeyId: string | null;
  apiKeyName: string | null;
  apiKeyPrefix: string | null;
  userId: string | null;
  userName: string | null;
  ip: string | null;
  userAgent: string | null;
  durationMs: number;
  queueMs: number;
  requestBytes: number;
  responseBytes: number;
  errorCode: string | null;
  errorMessage: string | null;
  arguments: string | null;
  argumentsTruncated: boolean;
  result: string | null;
  resultTruncated: boolean;
  payloadOmitted: boolean;
  traceId: string | null;
}

/** The names that `CallRecord` has, for a `SELECT`, except the payloads. */
export const RECORD_COLUMNS = `
  id, at, status, tool, method, transport, endpoint, server_id AS "serverId", server_name AS "serverName",
  session_id AS "sessionId", client_name AS "clientName", client_version AS "clientVersion",
  api_key_id AS "apiKeyId", api_key_name AS "apiKeyName", api_key_prefix AS "apiKeyPrefix",
  user_id AS "userId", user_name AS "userName", ip, user_agent AS "userAgent",
  duration_ms AS "durationMs", queue_ms AS "queueMs", request_bytes AS "requestBytes", response_bytes AS "responseBytes",
  error_code AS "errorCode", error_message AS "errorMessage", trace_id AS "traceId",
  arguments_truncated AS "argumentsTruncated", result_truncated AS "resultTruncated"`;

export const CallView = named('Call', {
  id: id(),
  at: time('When the request had been read.'),
  status: oneOf(STATUSES),
  tool: nullable(text()),
  method: text(),
  transport: oneOf(['streamable-http', 'sse', 'web']),
  endpoint: text('`unified` or the name of the server.'),
  server: nullable(object({ id: id(), name: nullable(text()) })),
  session: nullable(object({ id: text() })),
  client: object({ name: nullable(text()), version: nullable(text()) }),
  apiKey: nullable(object({ id: id(), name: nullable(text()), prefix: nullable(text()) })),
  user: nullable(object({ id: id(), name: nullable(text()) })),
  ip: nullable(text()),
  userAgent: nullable(text()),
  durationMs: number(),
  queueMs: number(),
  requestBytes: integer(),
  responseBytes: integer(),
  errorCode: nullable(text()),
  errorMessage: nullable(text()),
  arguments: anything('As the client sent them; text where they were cut, null where there are none.'),
  argumentsTruncated: flag(),
  result: anything('As the client got it; text where it was cut, null where there is none.'),
  resultTruncated: flag(),
  payloadOmitted: flag('A list leaves large payloads to the address of the call itself.'),
  traceId: nullable(text()),
});
export type CallView = Of<typeof CallView>;

/** A call as the API and the templates see it. */
export function callView(record: CallRecord): CallView {
  const { serverId, serverName, sessionId, clientName, clientVersion, userId, userName, ...rest } = record;
  const { apiKeyId, apiKeyName, apiKeyPrefix, ...call } = rest;
  return {
    ...call,
    at: call.at.toISOString(),
    durationMs: rounded(call.durationMs),
    queueMs: rounded(call.queueMs),
    server: serverId === null ? null : { id: serverId, name: serverName },
    session: sessionId === null ? null : { id: sessionId },
    client: { name: clientName, version: clientVersion },
    apiKey: apiKeyId === null ? null : { id: apiKeyId, name: apiKeyName, prefix: apiKeyPrefix },
    user: userId === null ? null : { id: userId, name: userName },
    arguments: value(record.arguments),
    result: value(record.result),
  };
}

/** The value that the text stands for; the text itself where it was cut or never was JSON. */
function value(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
