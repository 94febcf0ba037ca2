import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { signUp } from '../support/cast.js';
import type { As } from '../support/client.js';
import { addServer, scene } from '../support/scene.js';
import { startEverything, type RunningUpstream } from '../support/upstreams.js';
import { faultyStdio } from './upstream/harness.js';

interface Connection {
  readonly id: string;
  readonly kind: string;
  readonly pid: number | null;
  readonly rssBytes: number | null;
  readonly startedAt: string;
  readonly inFlight: number;
  readonly leases: number;
}

let app: TestApp;
let ada: As;
let otto: As;
let id: string;
let remote: RunningUpstream;
const base = '/projects/demo/servers';

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
  otto = await signUp(app, 'otto');
  await joinAs('Reporter');
  ({ id } = await addServer(ada, 'demo', { name: 'faulty', ...faultyStdio('--says-legacy') }));
  remote = await startEverything('streamableHttp');
});

afterAll(async () => {
  await app.close();
  await remote.stop();
});

/** Members cannot be invited here, so the row is written. */
async function joinAs(role: string): Promise<void> {
  const client = new Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO project_members (project_id, user_id, role)
     SELECT p.id, u.id, $1 FROM projects p, users u WHERE p.slug = 'demo' AND u.email = 'otto@example.com'`,
    [role],
  );
  await client.end();
}

const connections = async (server = id) =>
  (await ada.get<{ items: Connection[] }>(`/api${base}/${server}/connections`)).body.items;
const run = (tool: string, args: object = {}, server = id) =>
  ada.post<{ content: { text: string }[]; error?: { code: string; message: string } }>(
    `/api${base}/${server}/tools/${tool}/execute`,
    { arguments: args },
  );
const which = async () => (await run('which')).body.content[0]?.text;
const change = async (changes: object) => {
  const { status, body } = await ada.patch<object>(`/api${base}/${id}`, changes);
  expect(status).toBe(200);
  return body;
};

describe('the connections of a server', () => {
  it('are listed with the process and its memory', async () => {
    await which();
    const [one, ...others] = await connections();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ kind: 'shared', inFlight: 0, leases: 0, client: null });
    expect(process.kill(one?.pid as number, 0)).toBe(true);
    expect(one?.rssBytes).toBeGreaterThan(20_000_000);
    expect(Date.parse(one?.startedAt ?? '')).toBeLessThanOrEqual(Date.now());
  });

  it('have no process and no memory when the server is elsewhere', async () => {
    const { id: other } = await addServer(ada, 'demo', {
      name: 'remote',
      transport: 'streamable-http',
      url: remote.url,
    });
    expect(await connections(other)).toMatchObject([{ kind: 'shared', pid: null, rssBytes: null }]);
  });

  it('stand on a page that asks again by itself and says whose they are', async () => {
    const { text } = await ada.page(`${base}/${id}/connections`);
    expect(text).toContain('hx-trigger="every 3s"');
    expect(text).toContain('These are the connections of the gateway process that answers you');
    expect(text).toMatch(/Everybody[^]*MB[^]*Stop/);
    const fragment = await ada.get(`${base}/${id}/connections`, { fragment: true });
    expect(fragment.text.trim()).toMatch(/^<section id="server_connections"/);
    expect(fragment.text).not.toContain('<html');
  });

  it('are stopped one by one: their calls fail at once, and the next call opens another', async () => {
    const before = await which();
    const hanging = run('hang');
    await expect.poll(async () => (await connections())[0]?.inFlight).toBe(1);
    const [one] = await connections();
    const stopped = await ada.post<{ items: Connection[] }>(`/api${base}/${id}/connections/${one?.id}/stop`, {});
    expect([stopped.status, stopped.body.items]).toEqual([200, []]);
    const failed = await hanging;
    expect([failed.status, failed.body.error?.code]).toEqual([502, 'upstream_closed']);
    expect(failed.body.error?.message).toBe('The connection to faulty was closed: it was stopped by hand.');
    expect((await ada.page(`${base}/${id}/connections`)).text).toContain('No connections');
    expect(await which()).not.toBe(before);
  });

  it('are stopped by a form without JavaScript, which leads back to the page', async () => {
    const [one] = await connections();
    const answer = await ada.submit(`${base}/${id}/connections/${one?.id}/stop`, {});
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${base}/${id}/connections`]);
    expect(await connections()).toEqual([]);
  });

  it('are seen but not stopped by a Reporter, and unknown under another server', async () => {
    await which();
    const [one] = await connections();
    expect((await otto.page(`${base}/${id}/connections`)).text).not.toContain('Stop');
    expect((await otto.post(`/api${base}/${id}/connections/${one?.id}/stop`, {})).status).toBe(403);
    expect((await ada.post(`/api${base}/remote/connections/${one?.id}/stop`, {})).status).toBe(404);
    await ada.post('/api/projects', { name: 'Other', slug: 'other' });
    expect((await ada.get(`/api/projects/other/servers/${id}/connections`)).status).toBe(404);
    expect(await connections()).toHaveLength(1);
  });
});

describe('the limits of a server', () => {
  it('are set and taken away by JSON and by the form', async () => {
    expect(await change({ pool: 'session', maxConnections: 3, maxConcurrency: 2 })).toMatchObject({
      pool: 'session',
      maxConnections: 3,
      maxConcurrency: 2,
    });
    expect(await change({ description: 'Another' })).toMatchObject({ maxConnections: 3, maxConcurrency: 2 });
    expect(await change({ maxConnections: null })).toMatchObject({ maxConnections: null, maxConcurrency: 2 });
    const form = { pool: 'shared', maxConnections: '', maxConcurrency: '' };
    expect((await ada.submit(`${base}/${id}?_method=PATCH`, form)).status).toBe(303);
    const { body } = await ada.get(`/api${base}/${id}`);
    expect(body).toMatchObject({ pool: 'shared', maxConnections: null, maxConcurrency: null });
    const refused = await ada.patch<{ error: { fields: object } }>(`/api${base}/${id}`, { maxConcurrency: 5000 });
    expect([refused.status, refused.body.error.fields]).toEqual([
      422,
      { maxConcurrency: 'Give a whole number from 1 to 1024, or leave it empty.' },
    ]);
  });

  it('hold for runs in the browser: each has a connection of its own where none is shared', async () => {
    await change({ pool: 'shared' });
    expect(await which()).toBe(await which());
    for (const pool of ['session', 'call']) {
      await change({ pool });
      expect(await which()).not.toBe(await which());
      await expect.poll(async () => (await connections()).filter(({ kind }) => kind === 'run')).toEqual([]);
    }
    await change({ pool: 'shared' });
  });

  it('let runs in the browser wait for their turn, without a restart of the server', async () => {
    const before = await which();
    await change({ maxConcurrency: 1 });
    const texts = await Promise.all([run('crowd', { ms: 150 }), run('crowd', { ms: 150 })]);
    expect(texts.map(({ body }) => body.content[0]?.text)).toEqual(['1', '1']);
    const calls = async () =>
      (await ada.get<{ items: { tool: string; queueMs: number }[] }>('/api/projects/demo/tool-call-logs')).body.items;
    await expect.poll(async () => (await calls()).filter(({ tool }) => tool === 'crowd').length).toBe(2);
    const waited = (await calls()).filter(({ tool }) => tool === 'crowd').map(({ queueMs }) => queueMs);
    expect(Math.max(...waited)).toBeGreaterThan(100);
    await change({ maxConcurrency: null });
    expect(await which()).toBe(before);
  });

  it('refuse a run in the browser beyond them', async () => {
    await change({ pool: 'call', maxConnections: 1 });
    const answers = await Promise.all([run('crowd', { ms: 300 }), run('crowd', { ms: 300 })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429]);
    expect(answers.find(({ status }) => status === 429)?.body.error?.code).toBe('too_many_connections');
    await change({ pool: 'shared', maxConnections: null });
  });
});

describe('the figures of a server', () => {
  it('count its calls and nobody else’s', async () => {
    await run('echo', { message: 'hello' }, 'remote');
    const stats = async () => (await ada.get<{ total: number }>(`/api${base}/remote/stats?range=1h`)).body;
    await expect.poll(async () => (await stats()).total).toBe(1);
    expect(await stats()).toMatchObject({
      ...{ total: 1, byStatus: { success: 1, error: 0, timeout: 0, cancelled: 0 }, successRate: 1, uniqueTools: 1 },
      p95Ms: expect.any(Number) as number,
    });
    expect((await ada.page(`${base}/remote/stats`)).status).toBe(200);
    expect((await ada.get('/api/projects/other/servers/remote/stats')).status).toBe(404);
  });
});
