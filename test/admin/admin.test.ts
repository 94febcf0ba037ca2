import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTeam, type Team } from '../projects/team.js';
import type { As } from '../support/client.js';

interface User {
  readonly id: string;
  readonly email: string;
  readonly isAdmin: boolean;
  readonly isActive: boolean;
}

const USERS = '/api/admin/users';

let team: Team;
beforeAll(async () => {
  team = await startTeam();
});
afterAll(() => team.app.close());

const idOf = async (who: As) => (await who.get<{ id: string }>('/api/auth/me')).body.id;
const listed = async (query = '') =>
  (await team.admin.get<{ items: User[]; nextCursor: string | null }>(USERS + query)).body;

describe('The administration', () => {
  it('is for administrators alone, as page and as JSON', async () => {
    for (const path of ['/admin', '/admin/users', '/admin/activities']) {
      for (const who of [team.owner, team.developer, team.reporter, team.nobody]) {
        expect((await who.get(`/api${path}`)).status).toBe(403);
        expect((await who.page(path)).status).toBe(403);
      }
      expect((await team.admin.get(`/api${path}`)).status).toBe(200);
      expect((await team.admin.page(path)).status).toBe(200);
    }
    const id = await idOf(team.nobody);
    expect((await team.owner.patch(`${USERS}/${id}`, { isActive: false })).status).toBe(403);
  });

  it('shows the instance in numbers that are counted', async () => {
    const { body } = await team.admin.get('/api/admin');
    expect(body).toMatchObject({
      users: { active: 5, disabled: 0, admins: 1 },
      ...{ projects: 1, teams: 0, servers: {}, sessions: 0 },
      calls24h: { total: 0, failed: 0, successRate: null },
    });
    await team.owner.post('/api/projects/demo/api-keys', { name: 'counted' });
    expect((await team.admin.get('/api/admin')).body).toMatchObject({ apiKeys: { usable: 1, ended: 0 } });
  });
});

describe('Users', () => {
  it('are found by name, address and state, page by page', async () => {
    expect((await listed('?q=OTTO@')).items).toMatchObject([{ email: 'otto@example.com', isActive: true }]);
    expect((await listed('?state=admin')).items.map(({ email }) => email)).toEqual(['ada@example.com']);
    const first = await listed('?limit=3');
    const second = await listed(`?limit=3&cursor=${first.nextCursor}`);
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(5);
    expect((await team.admin.get(`${USERS}?state=asleep`)).status).toBe(422);
    expect((await team.admin.get('/admin/users?q=no-such-person', { fragment: true })).text).toContain(
      'Nobody matches',
    );
  });

  it('who are switched off are signed out at once, their keys with them, until they are switched on again', async () => {
    const id = await idOf(team.developer);
    const { body: made } = await team.developer.post<{ key: string }>('/api/projects/demo/api-keys', { name: 'k' });
    const connect = () =>
      fetch(`${team.app.url}/projects/demo/unified/mcp`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${made.key}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'initialize',
          params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
        }),
      });
    expect((await connect()).status).toBe(200);
    const stream = await fetch(`${team.app.url}/projects/demo/unified/sse`, {
      headers: { authorization: `Bearer ${made.key}`, accept: 'text/event-stream' },
    });
    const began = Date.now();
    expect((await team.admin.patch(`${USERS}/${id}`, { isActive: false })).body).toMatchObject({ isActive: false });
    await stream.text().catch(() => undefined);
    expect(Date.now() - began).toBeLessThan(1000);
    expect((await team.developer.get('/api/auth/me')).status).toBe(401);
    expect((await connect()).status).toBe(401);
    expect((await listed('?state=disabled')).items.map((user) => user.id)).toEqual([id]);
    expect((await team.admin.patch(`${USERS}/${id}`, { isActive: true })).status).toBe(200);
    expect((await connect()).status).toBe(200);
    expect((await team.developer.get('/api/auth/me')).status).toBe(401);
  });

  it('are made administrators and ordinary again; nobody changes their own account', async () => {
    const [otto, ada] = [await idOf(team.owner), await idOf(team.admin)];
    expect((await team.admin.patch(`${USERS}/${otto}`, { isAdmin: true })).body).toMatchObject({ isAdmin: true });
    expect((await team.owner.get('/api/admin')).status).toBe(200);
    for (const form of [{ isActive: false }, { isAdmin: false }]) {
      expect((await team.admin.patch(`${USERS}/${ada}`, form)).status).toBe(409);
    }
    expect((await team.admin.patch(`${USERS}/${otto}`, { isAdmin: false })).body).toMatchObject({ isAdmin: false });
    expect((await team.owner.get('/api/admin')).status).toBe(403);
    const { body } = await team.admin.get<{ items: { type: string }[] }>('/api/admin/activities?type=user&limit=2');
    expect(body.items.map(({ type }) => type)).toEqual(['user.unmade_admin', 'user.made_admin']);
  });

  it('keep one administrator when two take each other’s rights at once', async () => {
    const [otto, ada] = [await idOf(team.owner), await idOf(team.admin)];
    for (let round = 0; round < 5; round++) {
      await team.admin.patch(`${USERS}/${otto}`, { isAdmin: true });
      const answers = await Promise.all([
        team.admin.patch(`${USERS}/${otto}`, { isAdmin: false }),
        team.owner.patch(`${USERS}/${ada}`, { isAdmin: false }),
      ]);
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.every((status) => [200, 403, 409].includes(status))).toBe(true);
      if (statuses[1] === 200) await team.owner.patch(`${USERS}/${ada}`, { isAdmin: true });
    }
  });

  it('that there are not, and fields that are not to be changed, are refused', async () => {
    expect((await team.admin.patch(`${USERS}/nobody`, { isActive: false })).status).toBe(404);
    const id = await idOf(team.nobody);
    expect((await team.admin.patch(`${USERS}/${id}`, { isActive: 'maybe' })).status).toBe(422);
    const { status } = await team.admin.patch(`${USERS}/${id}`, { email: 'other@example.com' });
    expect([200, 422]).toContain(status);
    expect((await listed('?q=nora')).items).toMatchObject([{ email: 'nora@example.com' }]);
  });
});
