import type { CallStatus } from './call-filter.js';
import { rounded } from './rounding.js';

/** A row of `tool_call_logs` as it is read; payloads are JSON text, or its beginning. */
export interface CallRecord {
  id: string;
  at: Date;
  status: CallStatus;
  tool: string | null;
  method: string;
  transport: string;
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

/** A call as the API and the templates see it. */
export function callView(record: CallRecord) {
  const { serverId, serverName, sessionId, clientName, clientVersion, userId, userName, ...rest } = record;
  const { apiKeyId, apiKeyName, apiKeyPrefix, ...call } = rest;
  return {
    ...call,
    durationMs: rounded(call.durationMs),
    queueMs: rounded(call.queueMs),
    server: serverId && { id: serverId, name: serverName },
    session: sessionId && { id: sessionId },
    client: { name: clientName, version: clientVersion },
    apiKey: apiKeyId && { id: apiKeyId, name: apiKeyName, prefix: apiKeyPrefix },
    user: userId && { id: userId, name: userName },
    arguments: value(record.arguments),
    result: value(record.result),
  };
}

export type CallView = ReturnType<typeof callView>;

/** The value that the text stands for; the text itself where it was cut or never was JSON. */
function value(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
