import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { timeIdAt } from '../../src/shared/time-id.js';
import type { CallFinished } from '../../src/shared/events/index.js';

export const ids = {
  project: randomUUID(),
  other: randomUUID(),
  server: randomUUID(),
  user: randomUUID(),
  key: randomUUID(),
};

/** Two projects, of which the first has a server and a key, straight in the tables. */
export async function populate(client: pg.Client): Promise<void> {
  await client.query(`INSERT INTO users (id, name, email, password_hash) VALUES ($1, 'Ada', 'ada@example.com', 'x')`, [
    ids.user,
  ]);
  await client.query(`INSERT INTO projects (id, slug, name) VALUES ($1, 'one', 'One'), ($2, 'two', 'Two')`, [
    ids.project,
    ids.other,
  ]);
  await client.query(
    `INSERT INTO mcp_servers (id, project_id, name, transport, command, timeout_ms) VALUES ($1, $2, 'everything', 'stdio', 'x', 1000)`,
    [ids.server, ids.project],
  );
  await client.query(
    `INSERT INTO api_keys (id, project_id, created_by, name, hash, prefix, last4, scopes)
     VALUES ($1, $2, $3, 'laptop', 'x', 'mcpo_abcd', 'wxyz', '{}')`,
    [ids.key, ids.project, ids.user],
  );
}

/** A call that succeeded just now, unless told otherwise. */
export function aCall(changes: Partial<CallFinished> = {}): CallFinished {
  const at = changes.at ?? new Date();
  return {
    ...{ id: timeIdAt(at), at, projectId: ids.project, serverId: ids.server, endpoint: 'everything' },
    ...{ transport: 'streamable-http', sessionId: null, clientName: 'cline', clientVersion: '1.0', apiKeyId: ids.key },
    ...{ userId: null, ip: '127.0.0.1', userAgent: 'test', method: 'tools/call', tool: 'echo', status: 'success' },
    ...{ errorCode: null, errorMessage: null, arguments: '{"message":"hi"}', result: '{"content":[]}' },
    ...{ requestBytes: 100, responseBytes: 50, durationMs: 1.5, queueMs: 0, traceId: null },
    ...changes,
  };
}
