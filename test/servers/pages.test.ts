import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { startApp, type TestApp } from '../support/app.js';
import { everythingCommand, signUp } from '../support/cast.js';
import type { As } from '../support/client.js';
import { addServer, scene } from '../support/scene.js';

let app: TestApp;
let ada: As;
let reporter: As;
let id: string;
const base = '/projects/demo/servers';

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
  reporter = await signUp(app, 'otto');
});
afterAll(() => app.close());

async function join(email: string, role: string): Promise<void> {
  const client = new Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO project_members (project_id, user_id, role)
     SELECT p.id, u.id, $2 FROM projects p, users u WHERE p.slug = 'demo' AND u.email = $1`,
    [email, role],
  );
  await client.end();
}

describe('the page of servers', () => {
  it('offers both ways to add one while there is none', async () => {
    const { text } = await ada.page(base);
    expect(text).toContain('No servers yet');
    expect(text).toContain(`href="${base}/import"`);
    expect(text).toContain(`href="${base}/new"`);
  });

  it('shows status, transport and tools, and asks again by itself only while one is starting', async () => {
    ({ id } = await addServer(ada, 'demo', { name: 'everything', transport: 'stdio', ...everythingCommand('stdio') }));
    const settled = await ada.page(base);
    expect(settled.text).toContain('Online');
    expect(settled.text).toContain('everything');
    expect(settled.text).not.toContain('every 2s');
    const script = 'setTimeout(() => {}, 30000)';
    await ada.post(`/api${base}`, {
      name: 'slow',
      transport: 'stdio',
      command: process.execPath,
      args: ['-e', script],
    });
    const fragment = await ada.get(base, { fragment: true });
    expect(fragment.text.trim()).toMatch(
      /^<div id="servers"[^>]*>\s*<div id="servers_watch" hx-get="[^"]+" hx-trigger="every 2s"/,
    );
    expect(fragment.text).toContain('Starting');
    await ada.delete(`/api${base}/slow`);
  });

  it('switches a server by form without JavaScript, and answers its row to htmx', async () => {
    const answer = await ada.submit(`${base}/${id}/toggle`, { enabled: 'false' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`${base}/${id}`);
    const list = await ada.post(`${base}/${id}/toggle`, { enabled: true }, { fragment: true });
    expect(list.text.trim()).toMatch(new RegExp(`^<tr id="server_${id}">`));
    expect(list.text).toContain(`id="switch_${id}"`);
    expect(list.text).toMatch(/<div id="servers_watch" hx-swap-oob="true" hx-get="[^"]+" hx-trigger="every 2s"/);
    await expect.poll(async () => (await ada.get(`/api${base}/${id}`)).body.status, { timeout: 20_000 }).toBe('online');
  });

  it.each(['', '/tools', '/tools/echo', '/prompts', '/resources', '/configuration', '/edit'])(
    'has a page %j of each server, by id and by name',
    async (page) => {
      const [byId, byName] = await Promise.all([
        ada.page(`${base}/${id}${page}`),
        ada.page(`${base}/everything${page}`),
      ]);
      expect([byId.status, byName.status]).toEqual([200, 200]);
      expect(byId.text).toContain('everything');
    },
  );

  it('finds tools by a part of their name or description', async () => {
    const { body } = await ada.get<{ items: { name: string }[] }>(`/api${base}/${id}/tools?q=SUM`);
    expect(body.items.map(({ name }) => name)).toContain('get-sum');
    expect(body.items.map(({ name }) => name)).not.toContain('echo');
    expect((await ada.page(`${base}/${id}/tools?q=nothing-like-it`)).text).toContain('No tool matches');
  });

  it('switches a tool by form without JavaScript', async () => {
    expect((await ada.submit(`${base}/${id}/tools/echo?_method=PATCH`, { enabled: 'false' })).status).toBe(303);
    expect((await ada.page(`${base}/${id}/tools/echo`)).text).toContain('This tool is switched off');
    await ada.patch(`/api${base}/${id}/tools/echo`, { enabled: true });
  });

  it('shows the logs and the sessions of a server under its tabs, with its buttons', async () => {
    for (const tab of ['logs', 'sessions']) {
      const { text } = await ada.page(`${base}/${id}/${tab}`);
      expect(text.match(/aria-label="Server"/g)).toHaveLength(1);
      expect(text).toContain(`href="${base}/${id}/${tab}" aria-current="page"`);
      expect(text).toContain('Test connection');
      expect(text).toContain('class="tab-count"');
    }
  });

  it('shows the addresses of a server, at the public URL', async () => {
    const { text } = await ada.page(`${base}/${id}`);
    expect(text).toContain(`data-copy="${app.config.publicUrl.origin}${base}/everything/mcp"`);
    expect(text).toContain(`data-copy="${app.config.publicUrl.origin}${base}/everything/sse"`);
  });

  it('says how many servers were asked', async () => {
    const { body } = await ada.post(`/api${base}/refresh-status`);
    expect(body).toMatchObject({ asked: 1, done: true });
    const { text } = await ada.post(`${base}/refresh-status`, {}, { fragment: true });
    expect(text).toContain('id="servers"');
  });

  it('asks nothing for a tool without arguments', async () => {
    const { text } = await ada.page(`${base}/${id}/tools/get-env`);
    expect(text).toContain('/execute');
    expect(text).not.toContain('argumentsJson');
  });

  it('tests changes with the stored secrets, and saves none of them', async () => {
    const { body: server } = await ada.get<{ args: string[]; command: string }>(`/api${base}/${id}`);
    const works = await ada.post(`/api${base}/${id}/edit/test`, { description: 'Tried' });
    expect(works).toMatchObject({ status: 200, body: { ok: true } });
    const fails = await ada.post(`/api${base}/${id}/edit/test`, { args: ['-e', 'process.exit(3)'] });
    expect(fails).toMatchObject({ status: 200, body: { ok: false } });
    expect((await ada.get(`/api${base}/${id}`)).body).toMatchObject({ args: server.args, description: '' });
    const page = await ada.submit(`${base}/${id}/edit/test`, { transport: 'stdio', command: '', description: 'Typed' });
    expect(page.text).toContain('value="Typed"');
    expect((await ada.page(`${base}/${id}/edit`)).text).toContain(`formaction="${base}/${id}/edit/test"`);
  });

  it('tests a connection from the form, keeping what was typed', async () => {
    const { command, args } = everythingCommand('stdio');
    const form = {
      name: 'trial',
      transport: 'stdio',
      command,
      'args[0][value]': args[0] ?? '',
      'args[1][value]': 'stdio',
    };
    const page = await ada.submit(`${base}/test`, form);
    expect(page.status).toBe(200);
    expect(page.text).toContain('The connection works');
    expect(page.text).toContain('value="trial"');
    expect(page.text).toContain(`value="${args[0]}"`);
  });

  it('changes a server by form: what is not typed stays, what is ticked goes', async () => {
    await ada.patch(`/api${base}/${id}`, { env: { STAYS: '1', GOES: '2' } });
    const { command, args } = everythingCommand('stdio');
    const answer = await ada.submit(`${base}/${id}?_method=PATCH`, {
      name: 'everything',
      description: 'Edited',
      transport: 'stdio',
      command,
      'args[0][value]': args[0] ?? '',
      'args[1][value]': 'stdio',
      'env[0][name]': 'STAYS',
      'env[0][set]': 'true',
      'env[0][value]': '',
      'env[1][name]': 'GOES',
      'env[1][set]': 'true',
      'env[1][remove]': 'true',
      url: '',
      timeoutMs: '',
    });
    expect(answer.status).toBe(303);
    const { body } = await ada.get(`/api${base}/${id}`);
    expect(body).toMatchObject({ description: 'Edited', env: { STAYS: { set: true } }, timeoutMs: 60_000 });
    expect(body.env).not.toHaveProperty('GOES');
  });
});

describe('a Reporter', () => {
  it('sees servers and tools, and is offered nothing else', async () => {
    await join('otto@example.com', 'Reporter');
    const list = await reporter.page(base);
    expect(list.text).toContain('everything');
    expect(list.text).not.toContain('Add server');
    const tool = await reporter.page(`${base}/${id}/tools/echo`);
    expect(tool.status).toBe(200);
    expect(tool.text).not.toContain('/execute');
  });

  it('may neither run nor change anything', async () => {
    const refused = await Promise.all([
      reporter.post(`/api${base}/${id}/tools/echo/execute`, { arguments: { message: 'x' } }),
      reporter.post(`/api${base}`, { name: 'x', transport: 'sse', url: 'https://example.com' }),
      reporter.post(`/api${base}/import`, { mcpServers: {} }),
      reporter.post(`/api${base}/test`, { name: 'x', transport: 'sse', url: 'https://example.com' }),
      reporter.post(`/api${base}/refresh-status`),
      reporter.post(`/api${base}/${id}/refresh-status`),
      reporter.post(`/api${base}/${id}/restart`),
      reporter.post(`/api${base}/${id}/toggle`),
      reporter.post(`/api${base}/${id}/test`),
      reporter.patch(`/api${base}/${id}`, { description: 'x' }),
      reporter.patch(`/api${base}/${id}/tools/echo`, { enabled: false }),
      reporter.delete(`/api${base}/${id}`),
    ]);
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
  });
});
