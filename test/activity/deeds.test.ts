import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Transactions } from '../../src/shared/events/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { people, signUp } from '../support/cast.js';
import { As } from '../support/client.js';
import { addServer, scene } from '../support/scene.js';
import { everythingStdio } from '../support/upstreams.js';
import { brief, deedsOf, feedOf } from './feed-scene.js';

const DEMO = '/api/projects/demo/activities';
const ALL = '/api/admin/activities';
const away = { transport: 'streamable-http', url: 'http://127.0.0.1:9/mcp' };

let app: TestApp;
let ada: As;
let otto: As;

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
  otto = await signUp(app, 'otto');
});

afterAll(() => app.close());

async function server(name: string, more: object = {}): Promise<string> {
  const answer = await ada.post<{ id: string }>('/api/projects/demo/servers', { name, ...away, ...more });
  expect(answer.status, answer.text).toBe(201);
  return `/api/projects/demo/servers/${answer.body.id}`;
}

describe('A deed', () => {
  it('is on record with who did it, from where, to what', async () => {
    const [activity, ...others] = await deedsOf(ada, DEMO, () => server('told'));
    expect(others).toEqual([]);
    const { id } = (await ada.get<{ id: string }>('/api/auth/me')).body;
    const found = (await ada.get<{ id: string }>('/api/projects/demo/servers/told')).body;
    expect(activity).toMatchObject({
      type: 'server.created',
      actor: { id, name: 'Ada Admin' },
      object: { type: 'server', id: found.id, name: 'told' },
      ip: '127.0.0.1',
      changes: [],
    });
    expect(Math.abs(Date.parse(activity?.at ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('is told once for everything that is done to a server, and not for looking at it', async () => {
    const path = await server('busy');
    const deeds = await deedsOf(ada, DEMO, async () => {
      await ada.patch(path, { description: 'Shown', timeoutMs: 5000 });
      await ada.patch(path, { description: 'Shown' });
      await ada.post(`${path}/toggle`, { enabled: false });
      await ada.post(`${path}/toggle`, { enabled: false });
      await ada.post(`${path}/toggle`);
      await ada.post(`${path}/restart`);
      await ada.post(`${path}/refresh-status`);
      await ada.post(`${path}/test`);
      await ada.delete(path);
    });
    expect(deeds.map(brief)).toEqual(
      ['updated', 'disabled', 'enabled', 'restarted', 'deleted'].map((verb) => `server.${verb} busy`),
    );
    expect(deeds[0]?.changes).toEqual([
      { field: 'timeoutMs', from: 60_000, to: 5000 },
      { field: 'description', from: '', to: 'Shown' },
    ]);
  });

  it('names secrets and never shows one', async () => {
    const secrets = ['s3cr3t-header', 's3cr3t-query', 's3cr3t-new', 's3cr3t-argument'];
    const url = 'http://127.0.0.1:9/mcp?api_key=';
    const deeds = await deedsOf(ada, DEMO, async () => {
      const remote = await server('sealed', { url: `${url}old`, headers: { 'X-Old': 'old' } });
      await ada.patch(remote, { headers: { Authorization: secrets[0], 'X-Old': null } });
      await ada.patch(remote, { url: `${url}${secrets[1]}` });
      const program = await server('program', { transport: 'stdio', url: undefined, command: 'true' });
      await ada.patch(program, { env: { TOKEN: secrets[2] }, args: [`--key=${secrets[3]}`] });
    });
    const changed = deeds.flatMap(({ changes }) => changes);
    const fields = ['headers.X-Old', 'headers.Authorization', 'url', 'args', 'env.TOKEN'];
    expect(changed).toEqual(fields.map((field) => ({ field, from: null, to: null })));
    for (const secret of secrets) expect(JSON.stringify(deeds)).not.toContain(secret);
  });

  it('is told for each server of an import', async () => {
    const config = { mcpServers: { one: { url: away.url }, two: { url: away.url } } };
    const deeds = await deedsOf(ada, DEMO, () => ada.post('/api/projects/demo/servers/import', config));
    expect(deeds.map(brief).toSorted()).toEqual(['server.imported one', 'server.imported two']);
  });

  it('is told for tools, with the server that they are of, also when that is gone', async () => {
    const { id } = await addServer(ada, 'demo', { name: 'everything', ...everythingStdio() });
    const deeds = await deedsOf(ada, DEMO, async () => {
      const tool = `/api/projects/demo/servers/${id}/tools/echo`;
      await ada.patch(tool, { enabled: false });
      await ada.patch(tool, { enabled: false });
      await ada.patch(tool, { enabled: true });
      await ada.delete(`/api/projects/demo/servers/${id}`);
    });
    const names = ['tool.disabled everything/echo', 'tool.enabled everything/echo', 'server.deleted everything'];
    expect(deeds.map(brief)).toEqual(names);
  });

  it('is told for keys, projects and deleted logs', async () => {
    await ada.post('/api/projects', { name: 'Short', slug: 'short' });
    const deeds = await deedsOf(ada, ALL, async () => {
      const { body } = await ada.post<{ apiKey: { id: string } }>('/api/projects/short/api-keys', { name: 'ci' });
      await ada.delete(`/api/projects/short/api-keys/${body.apiKey.id}`);
      await ada.patch('/api/projects/short', { name: 'Shorter' });
      await ada.delete('/api/projects/short/logs?olderThanDays=0');
      await insertLog('short');
      await ada.delete('/api/projects/short/logs?olderThanDays=0');
      await ada.delete('/api/projects/short');
    });
    expect(deeds.map(brief)).toEqual([
      'key.created ci',
      'key.revoked ci',
      'project.updated Shorter',
      'logs.deleted of all time',
      'project.deleted Shorter',
    ]);
    expect(deeds[2]?.changes).toEqual([{ field: 'name', from: 'Short', to: 'Shorter' }]);
  });

  it('is told for accounts, to administrators only', async () => {
    const { email, password } = people.nora;
    const deeds = await deedsOf(ada, ALL, async () => {
      const first = await signUp(app, 'nora');
      const again = await new As(app).post(
        '/api/auth/login',
        { email, password },
        { headers: { 'user-agent': 'curl/8' } },
      );
      expect(again.status).toBe(200);
      await first.patch('/api/profile', { name: 'Nora Named' });
      await first.delete('/api/profile/sessions');
      const changed = { currentPassword: password, newPassword: 'a new long pass phrase' };
      await first.put('/api/profile/password', changed);
      await first.delete('/api/profile', { password: changed.newPassword });
    });
    expect(deeds.map(brief)).toEqual([
      'user.signed_up Nora Nobody',
      'user.renamed Nora Named',
      'session.ended curl',
      'user.password_changed Nora Named',
      'user.deleted Nora Named',
    ]);
    expect(deeds.map(({ ip }) => ip)).toEqual(deeds.map(() => '127.0.0.1'));
    expect((await otto.get(ALL)).status).toBe(403);
  });
});

describe('What did not come about', () => {
  it('leaves no activity when the transaction is rolled back', async () => {
    const deed = {
      ...{ type: 'server.created' as const, by: null, projectId: null, teamId: null },
      object: { type: 'server' as const, id: null, name: 'never' },
    };
    const run = app.nest.get(Transactions).run(async (transaction) => {
      await transaction.did(deed);
      throw new Error('not after all');
    });
    await expect(run).rejects.toThrow('not after all');
    expect((await feedOf(ada, ALL)).map(brief)).not.toContain('server.created never');
  });

  it('leaves none when of two who take a name at once one is refused', async () => {
    const deeds = await deedsOf(ada, DEMO, async () => {
      const take = () => ada.post('/api/projects/demo/servers', { name: 'wanted', ...away });
      const statuses = (await Promise.all([take(), take(), take()])).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([201, 422, 422]);
    });
    expect(deeds.map(brief)).toEqual(['server.created wanted']);
  });
});

async function insertLog(slug: string): Promise<void> {
  await app.nest.get(DataSource).query(
    `INSERT INTO server_logs (id, at, project_id, server_id, level, category, message)
     SELECT gen_random_uuid(), now() - interval '1 s', id, gen_random_uuid(), 'info', 'startup', 'Started'
     FROM projects WHERE slug = $1`,
    [slug],
  );
}
