import { Injectable } from '@nestjs/common';
import { flag, id, integer, named, nullable, object, type Of, oneOf, text, time } from '../shared/api/index.js';
import { Conditions, decodeCursor, pageOf, type PageQuery } from '../shared/lists/index.js';
import { clientType } from './client-type.js';
import { LogReader } from './log-reader.js';

interface SessionRecord {
  id: string;
  /** `startedAt`, under the name that paging goes by. */
  at: Date;
  clientName: string | null;
  clientVersion: string | null;
  serverId: string | null;
  apiKeyId: string;
  protocolVersion: string;
  transport: 'streamable-http' | 'sse';
  endpoint: string;
  ip: string | null;
  userAgent: string | null;
  calls: number;
  failures: number;
  lastActivityAt: Date;
  endedAt: Date | null;
}

const COLUMNS = `
  id, started_at AS at, client_name AS "clientName", client_version AS "clientVersion", server_id AS "serverId",
  api_key_id AS "apiKeyId", protocol_version AS "protocolVersion", transport, endpoint, ip, user_agent AS "userAgent",
  calls, failures, last_activity_at AS "lastActivityAt", ended_at AS "endedAt"`;

/** A connection of an MCP client. */
export const SessionView = named('Session', {
  id: text(),
  client: object({ name: nullable(text()), version: nullable(text()), type: text('Which product it most likely is.') }),
  serverId: nullable(id('null: all servers.')),
  apiKeyId: id(),
  protocolVersion: text(),
  transport: oneOf(['streamable-http', 'sse']),
  endpoint: text('`unified` or the name of the server.'),
  ip: nullable(text()),
  userAgent: nullable(text()),
  calls: integer(),
  failures: integer(),
  startedAt: time(),
  lastActivityAt: time(),
  endedAt: nullable(time()),
  isActive: flag(),
});

/** Finds the connections of MCP clients, newest first. */
@Injectable()
export class ClientSessionsService {
  constructor(private readonly reader: LogReader) {}

  /** Of the project, or of one of its servers only. */
  async list(projectId: string, { cursor, limit = 50 }: PageQuery, serverId?: string) {
    const where = new Conditions().add('project_id = ?', projectId);
    if (serverId) where.add('server_id = ?', serverId);
    if (cursor) {
      const { at, id } = decodeCursor(cursor);
      where.add('(started_at, id) < (?, ?)', at, id);
    }
    const records = await this.reader.rows<SessionRecord>(
      `SELECT ${COLUMNS} FROM client_sessions WHERE ${where.sql} ORDER BY started_at DESC, id DESC LIMIT ${limit + 1}`,
      where.values,
    );
    const { items, nextCursor } = pageOf(records, limit);
    return { items: items.map(sessionView), nextCursor };
  }
}

function sessionView({
  at,
  clientName,
  clientVersion,
  lastActivityAt,
  endedAt,
  ...session
}: SessionRecord): Of<typeof SessionView> {
  const client = { name: clientName, version: clientVersion, type: clientType(clientName) };
  return {
    ...session,
    client,
    startedAt: at.toISOString(),
    lastActivityAt: lastActivityAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    isActive: endedAt === null,
  };
}
