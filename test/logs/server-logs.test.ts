import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Events, type ServerLogged, type SessionStarted } from '../../src/shared/events/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { signUp } from '../support/cast.js';
import type { As } from '../support/client.js';
import { Rows } from './rows.js';

interface List {
  items: Record<string, unknown>[];
  nextCursor: string | null;
}

let app: TestApp;
let rows: Rows;
let ada: As;
let nora: As;
let projectId: string;
let serverId: string;
let foreign: { projectId: string; serverId: string };

async function project(slug: string): Promise<{ projectId: string; serverId: string }> {
  const made = await ada.post<{ id: string }>('/api/projects', { name: slug, slug });
  // Switched off, so that the server itself logs nothing.
  const { rows: servers } = await rows.client.query<{ id: string }>(
    `INSERT INTO mcp_servers (project_id, name, transport, command, timeout_ms, enabled, status)
     VALUES ($1, 'files', 'stdio', 'x', 1000, false, 'disabled') RETURNING id`,
    [made.body.id],
  );
  return { projectId: made.body.id, serverId: servers[0]?.id ?? '' };
}

async function happen(...logs: Partial<ServerLogged>[]): Promise<void> {
  const before = await rows.count('server_logs');
  const log = {
    at: new Date(),
    projectId,
    serverId,
    level: 'info',
    category: 'startup',
    message: 'started',
    details: null,
  };
  for (const changes of logs) app.nest.get(Events).emit('server.logged', { ...log, ...changes } as ServerLogged);
  await vi.waitFor(async () => expect(await rows.count('server_logs')).toBe(before + logs.length), { timeout: 10_000 });
}

async function connect(...sessions: Partial<SessionStarted>[]): Promise<void> {
  const before = await rows.count('client_sessions');
  const session = {
    ...{
      at: new Date(),
      projectId,
      serverId: null,
      endpoint: 'unified',
      transport: 'sse',
      protocolVersion: '2024-11-05',
    },
    ...{ clientName: 'Cline', clientVersion: '3', apiKeyId: serverId, ip: '127.0.0.1', userAgent: 'test' },
  };
  for (const changes of sessions)
    app.nest.get(Events).emit('session.started', { ...session, ...changes } as SessionStarted);
  await vi.waitFor(async () => expect(await rows.count('client_sessions')).toBe(before + sessions.length), {
    timeout: 10_000,
  });
}

const messages = async (path: string) => {
  const { body } = await ada.get<List>(`/api/projects/demo${path}`);
  return body.items.map(({ message }) => message);
};
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

beforeAll(async () => {
  app = await startApp();
  rows = await Rows.of(app.databaseUrl);
  ada = await signUp(app, 'ada');
  nora = await signUp(app, 'nora');
  ({ projectId, serverId } = await project('demo'));
  foreign = await project('other');
});

afterAll(async () => {
  await rows.close();
  await app.close();
});

beforeEach(() => rows.clear());

describe('server logs', () => {
  it('stand in the list of the project and of the server, newest first, as promised', async () => {
    await happen(
      { message: 'first', at: daysAgo(3) },
      { message: 'second', level: 'error', category: 'stderr', details: { pid: 7 } },
    );
    const { body } = await ada.get<List>('/api/projects/demo/logs');
    expect(body.items[0]).toMatchObject({
      ...{
        level: 'error',
        category: 'stderr',
        message: 'second',
        details: { pid: 7 },
        server: { id: serverId, name: 'files' },
      },
    });
    expect(await messages('/servers/files/logs')).toEqual(['second', 'first']);
    expect(await messages(`/servers/${serverId}/logs/errors`)).toEqual(['second']);
    expect(await messages('/logs?level=info,debug')).toEqual(['first']);
    expect(await messages('/logs?range=1h')).toEqual(['second']);
    expect(await messages('/logs?q=FIR')).toEqual(['first']);
    expect(await messages(`/logs?to=${daysAgo(1).toISOString()}`)).toEqual(['first']);
  });

  it('page back by cursor', async () => {
    await happen(...Array.from({ length: 7 }, (_, n) => ({ message: String(n), at: daysAgo(n > 3 ? 1 : n) })));
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: List } = await ada.get<List>(
        `/api/projects/demo/logs?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...body.items.map(({ message }) => message));
      cursor = body.nextCursor;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });

  it('are counted in a summary', async () => {
    await happen(
      { level: 'error', category: 'stderr' },
      { level: 'critical', category: 'error' },
      {},
      { at: daysAgo(2) },
    );
    const { body } = await ada.get('/api/projects/demo/servers/files/logs/summary');
    expect(body).toMatchObject({
      ...{ total: 3, errors: 2, byLevel: { error: 1, critical: 1, info: 1 } },
      ...{ byCategory: { stderr: 1, error: 1, startup: 1 } },
    });
    expect(new Date(body.lastErrorAt as string).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('are deleted by an owner, of this project only', async () => {
    await happen({ at: daysAgo(10) }, { at: daysAgo(1) }, { ...foreign, at: daysAgo(10) });
    const { status, body } = await ada.delete('/api/projects/demo/logs?olderThanDays=7');
    expect([status, body]).toEqual([200, { deleted: 1 }]);
    expect(await rows.count('server_logs')).toBe(2);
    expect((await ada.delete('/api/projects/demo/logs')).status).toBe(422);
    expect((await ada.delete('/api/projects/demo/logs?olderThanDays=soon')).status).toBe(422);
    expect(await rows.count('server_logs')).toBe(2);
  });

  it('of another project are not shown here, nor its servers found', async () => {
    await happen({ ...foreign, message: 'foreign' });
    expect(await messages('/logs')).toEqual([]);
    for (const path of ['logs', 'logs/errors', 'logs/summary', 'sessions']) {
      expect((await ada.get(`/api/projects/demo/servers/${foreign.serverId}/${path}`)).status).toBe(404);
    }
  });

  it('show hostile text as text, on the page of the project and on the tab of the server', async () => {
    await happen({ message: '<img src=x onerror=alert(1)>', details: { '<b>': '<img src=x>' } });
    for (const path of ['/logs', '/servers/files/logs', '/servers/files/logs/errors', '/servers/files/logs/summary']) {
      const { status, text } = await ada.page(`/projects/demo${path}`);
      expect(status).toBe(200);
      expect(text).not.toContain('<img src=x');
    }
    expect((await ada.page('/projects/demo/logs')).text).toContain('&lt;img src&#x3D;x');
    expect((await ada.get('/projects/demo/logs?q=img', { fragment: true })).text).not.toContain('<html');
  });
});

describe('sessions', () => {
  it('are listed newest first, as promised', async () => {
    await connect({ id: 'old', at: daysAgo(1), serverId, endpoint: 'files' }, { id: 'new' });
    const { body } = await ada.get<List>('/api/projects/demo/sessions');
    expect(body.items.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(body.items[0]).toMatchObject({
      ...{ client: { name: 'Cline', version: '3', type: 'cline' }, protocolVersion: '2024-11-05', transport: 'sse' },
      ...{ endpoint: 'unified', ip: '127.0.0.1', userAgent: 'test', calls: 0, failures: 0, endedAt: null },
    });
    const ofServer = await ada.get<List>('/api/projects/demo/servers/files/sessions');
    expect(ofServer.body.items.map(({ id }) => id)).toEqual(['old']);
  });

  it('page back by cursor, and show on the page', async () => {
    await connect(
      { id: 'a', at: daysAgo(1) },
      { id: 'b', at: daysAgo(2), clientName: '<img src=x>' },
      { id: 'c', at: daysAgo(3) },
    );
    const first = await ada.get<List>('/api/projects/demo/sessions?limit=2');
    const second = await ada.get<List>(`/api/projects/demo/sessions?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    const { text } = await ada.page('/projects/demo/sessions');
    expect(text).toContain('&lt;img src&#x3D;x');
    expect(text).not.toContain('<img src=x');
  });

  it('of another project are not shown', async () => {
    await connect({ id: 'theirs', ...foreign });
    expect((await ada.get<List>('/api/projects/demo/sessions')).body.items).toEqual([]);
  });
});

describe('strangers', () => {
  it.each([
    '/logs',
    '/sessions',
    '/servers/files/logs',
    '/servers/files/logs/errors',
    '/servers/files/logs/summary',
    '/servers/files/sessions',
  ])('get 404 for %s', async (path) => expect((await nora.get(`/api/projects/demo${path}`)).status).toBe(404));

  it('cannot delete logs', async () => {
    expect((await nora.delete('/api/projects/demo/logs?olderThanDays=0')).status).toBe(404);
  });

  it('a Reporter sees logs and may not delete them', async () => {
    const { id } = (await nora.get<{ id: string }>('/api/auth/me')).body;
    await rows.client.query(`INSERT INTO project_members (project_id, user_id, role) VALUES ($1, $2, 'Reporter')`, [
      projectId,
      id,
    ]);
    expect((await nora.get('/api/projects/demo/logs')).status).toBe(200);
    expect((await nora.get('/api/projects/demo/tool-call-logs')).status).toBe(200);
    expect((await nora.delete('/api/projects/demo/logs?olderThanDays=0')).status).toBe(403);
  });
});
