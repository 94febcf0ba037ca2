import { v7 as uuidv7 } from 'uuid';
import type { CallFinished, ServerLogged, SessionStarted, Vocabulary } from '../../shared/events/index.js';
import type { CallRow, Entry } from './entry.js';
import { kept, KEPT_BYTES, storable } from './payload.js';
import { maskJson, maskText } from './redact.js';

/** Longest text that a client may put into one of the short columns (its name, its user agent). */
const MAX_SHORT = 300;
const MAX_MESSAGE = 4000;

const short = (text: string | null) => text && storable(text, MAX_SHORT);

/** Field by field: this runs for every call, and spreading the event costs as much as everything else together. */
export function callEntry(event: CallFinished): Entry {
  const args = kept(event.arguments, event.requestBytes, event.argumentsSha256);
  const result = kept(event.result, event.responseBytes, event.resultSha256);
  const row: CallRow = {
    id: event.id,
    at: event.at.toISOString(),
    projectId: event.projectId,
    serverId: event.serverId,
    endpoint: event.endpoint,
    transport: event.transport,
    sessionId: event.sessionId,
    clientName: short(event.clientName),
    clientVersion: short(event.clientVersion),
    apiKeyId: event.apiKeyId,
    userId: event.userId,
    ip: event.ip,
    userAgent: short(event.userAgent),
    method: storable(event.method, MAX_SHORT),
    tool: short(event.tool),
    status: event.status,
    errorCode: event.errorCode,
    errorMessage: event.errorMessage && storable(maskText(event.errorMessage), MAX_MESSAGE),
    arguments: args.text,
    argumentsTruncated: args.truncated,
    argumentsSha256: args.sha256,
    result: result.text,
    resultTruncated: result.truncated,
    resultSha256: result.sha256,
    requestBytes: event.requestBytes,
    responseBytes: event.responseBytes,
    durationMs: event.durationMs,
    queueMs: event.queueMs,
    traceId: short(event.traceId),
  };
  return { kind: 'call', row };
}

export function sessionEntry(event: SessionStarted): Entry {
  const row = {
    ...event,
    at: event.at.toISOString(),
    clientName: short(event.clientName),
    clientVersion: short(event.clientVersion),
    userAgent: short(event.userAgent),
  };
  return { kind: 'session', row };
}

export function sessionEndEntry(event: Vocabulary['session.ended']): Entry {
  return { kind: 'sessionEnd', row: { sessionId: event.sessionId, at: event.at.toISOString() } };
}

export function serverLogEntry(event: ServerLogged): Entry {
  const row = {
    ...event,
    id: uuidv7({ msecs: event.at.getTime() }),
    at: event.at.toISOString(),
    message: storable(maskText(event.message), MAX_MESSAGE),
    details: event.details && detailsOf(event.details),
  };
  return { kind: 'serverLog', row };
}

/** `jsonb` refuses the escaped NUL as well. */
function detailsOf(details: Record<string, unknown>): string {
  const text = maskJson(JSON.stringify(details)).replaceAll('\\u0000', '\\u2400');
  return text.length <= KEPT_BYTES ? text : JSON.stringify({ omitted: `${text.length} characters` });
}
