import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.js';
import { everythingCommand } from '../../support/cast.js';
import type { As } from '../../support/client.js';
import { scene } from '../../support/scene.js';

interface Item {
  readonly name: string;
  readonly action: string;
  readonly server: { id: string; name: string; status: string };
}

let app: TestApp;
let ada: As;
const path = '/api/projects/demo/servers';
const everything = everythingCommand('stdio');
const remote = { type: 'http', url: 'http://127.0.0.1:9/mcp' };

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
});
afterAll(() => app.close());

const names = async () => (await ada.get<{ items: { name: string }[] }>(path)).body.items.map(({ name }) => name);

describe('a preview', () => {
  it('says what would be added, stores nothing and shows no secret', async () => {
    const text = JSON.stringify({
      servers: {
        'my server': { ...everything, env: { API_KEY: 'canary-1', REGION: '${input:region}' } },
        other: { ...remote, headers: { Authorization: 'Bearer canary-2' } },
      },
      inputs: [{ id: 'region', description: 'Where it runs', type: 'promptString' }],
    });
    const { status, body, text: answer } = await ada.post(`${path}/import?preview=1`, { text });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      warnings: [],
      items: [
        {
          name: 'my-server',
          transport: 'stdio',
          action: 'create',
          env: { API_KEY: { set: true }, REGION: { set: false } },
          secrets: [
            { in: 'env', name: 'API_KEY', required: false },
            { in: 'env', name: 'REGION', required: true, variables: [{ id: 'region', description: 'Where it runs' }] },
          ],
        },
        { name: 'other', transport: 'streamable-http', headers: { Authorization: { set: true } } },
      ],
    });
    expect(answer).not.toContain('canary-');
    expect(await names()).toEqual([]);
  });

  it('of what is there already says so, and offers nothing to add', async () => {
    const known = { mcpServers: { known: remote } };
    await ada.post(`${path}/import`, known);
    const { text } = await ada.submit('/projects/demo/servers/import?preview=1', { text: JSON.stringify(known) });
    expect(text).toContain('There is nothing new to add');
    expect(text).not.toContain('Add these servers');
    expect(text).not.toContain('data-form-errors');
    const { body } = await ada.get<{ items: { id: string }[] }>(path);
    await Promise.all(body.items.map(({ id }) => ada.delete(`${path}/${id}`)));
  });

  it('is a page on which secrets can be given and servers left out', async () => {
    const text = JSON.stringify({ a: { ...remote, headers: { 'X-Key': '${KEY}' } }, b: remote });
    const preview = await ada.submit('/projects/demo/servers/import?preview=1', { text });
    expect(preview.status).toBe(200);
    expect(preview.text).toContain('name="secrets[KEY]"');
    const form = { text, 'only[]': 'a', 'secrets[KEY]': 'value' };
    const imported = await ada.submit('/projects/demo/servers/import', form);
    expect(imported.status).toBe(303);
    expect(await names()).toEqual(['a']);
    const { body } = await ada.get<{ headers: object; status: string }>(`${path}/a`);
    expect(body.headers).toEqual({ 'X-Key': { set: true } });
    expect(body.status).not.toBe('needs_secret');
  });
});

describe('an import', () => {
  it('adds all servers, renames one whose name is taken and skips one that is there already', async () => {
    await ada.post('/api/projects', { name: 'Second', slug: 'second' });
    const into = '/api/projects/second/servers';
    const first = await ada.post<{ items: Item[] }>(`${into}/import`, { mcpServers: { one: everything, two: remote } });
    expect(first.status).toBe(201);
    expect(first.body.items).toMatchObject([
      { name: 'one', action: 'create', server: { name: 'one', status: 'starting' } },
      { name: 'two', action: 'create', server: { name: 'two' } },
    ]);
    const second = await ada.post<{ items: Item[] }>(`${into}/import`, {
      mcpServers: { one: { ...remote, url: 'http://127.0.0.1:9/other' }, two: remote, Three: remote },
    });
    expect(second.body.items.map(({ name, action }) => [name, action])).toEqual([
      ['one-2', 'rename'],
      ['two', 'skip'],
      ['Three', 'create'],
    ]);
    expect(second.body.items[1]?.server.id).toBe(first.body.items[1]?.server.id);
    const third = await ada.post<{ items: Item[] }>(`${into}/import`, { mcpServers: { one: everything, two: remote } });
    expect(third.status).toBe(201);
    expect(third.body.items.map(({ action }) => action)).toEqual(['skip', 'skip']);
  });

  it('leaves a server with an open secret unreached until it is given', async () => {
    const { body } = await ada.post<{ items: Item[] }>(`${path}/import`, {
      mcpServers: { keyed: { ...everything, env: { TOKEN: '${env:TOKEN}' } } },
    });
    expect(body.items[0]?.server.status).toBe('needs_secret');
  });

  it('adds none when one is wrong, and names each fault', async () => {
    const before = await names();
    const { status, body } = await ada.post<{ error: { fields: object } }>(`${path}/import`, {
      mcpServers: {
        good: remote,
        pigeon: { type: 'carrier-pigeon', url: 'https://a.example' },
        inside: { type: 'http', url: 'http://10.0.0.1/mcp' },
        ['x'.repeat(300)]: remote,
      },
    });
    expect(status).toBe(422);
    expect(Object.keys(body.error.fields)).toEqual(['pigeon.transport', 'inside.url', `${'x'.repeat(300)}.name`]);
    for (const [field, fault] of Object.entries(body.error.fields)) expect(fault).toContain(`“${field.split('.')[0]}”`);
    expect(await names()).toEqual(before);
  });

  it('that is refused leads to the text, and offers no button while nothing can be added', async () => {
    const text = JSON.stringify({ pigeon: { type: 'carrier-pigeon', url: 'https://a.example' } });
    const refused = await ada.submit('/projects/demo/servers/import', { text });
    expect(refused.status).toBe(422);
    expect(refused.text).toMatch(/href="#field_text">“pigeon”: /);
    expect(refused.text).toMatch(/<textarea[^>]*id="field_text"[^>]*aria-invalid="true"/);
    const preview = await ada.submit('/projects/demo/servers/import?preview=1', { text });
    expect(preview.text).not.toContain('Add these servers');
    expect(preview.text).toContain('Preview again');
  });

  it('leaves out values that are empty, and waits for empty secrets', async () => {
    const { body } = await ada.post<{ items: { server: { env: object } }[] }>(`${path}/import`, {
      mcpServers: { hollow: { ...everything, env: { LEVEL: '', API_KEY: '' } } },
    });
    expect(body.items[0]?.server.env).toEqual({ API_KEY: { set: false } });
  });

  it('of text that nests too deep is refused, also behind comments, and the page keeps the text', async () => {
    const text = `/* " */ {"mcpServers": ${'['.repeat(50_000)}`;
    const json = await ada.post<{ error: { fields: { text: string } } }>(`${path}/import`, { text });
    expect(json.status).toBe(422);
    expect(json.body.error.fields.text).toContain('nests deeper than 64 levels at line 1');
    const page = await ada.submit('/projects/demo/servers/import', { text });
    expect(page.status).toBe(422);
    expect(page.text).toContain('/* &quot; */ {&quot;mcpServers&quot;: [[[');
  });

  it('of more servers than anybody has is refused before any is looked at', async () => {
    const mcpServers = Array.from({ length: 8000 }, () => ({ url: 'http://one.invalid/' }));
    const { status, body } = await ada.post<{ error: { fields: { text: string } } }>(`${path}/import?preview=1`, {
      mcpServers,
    });
    expect(status).toBe(422);
    expect(body.error.fields.text).toBe('These are 8000 servers: paste at most 200 at once.');
  });

  it('of text whose brackets do not fit together says where', async () => {
    const text = `{"mcpServers": ${'[},'.repeat(50_000)}`;
    const { status, body } = await ada.post<{ error: { fields: { text: string } } }>(`${path}/import`, { text });
    expect(status).toBe(422);
    expect(body.error.fields.text).toContain('closes none that is open at line 1, column 17');
  });

  it('whose body is not JSON is refused', async () => {
    const headers = { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${app.url}${path}/import`, { method: 'POST', headers, body: '{"mcpServers": {,}}' });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      error: { fields: { body: expect.stringContaining('not valid JSON') as string } },
    });
  });

  it('of text that is not JSON names line and column, and the page keeps the text', async () => {
    const text = '{\n  "mcpServers": {,}\n}';
    const json = await ada.post<{ error: { fields: { text: string } } }>(`${path}/import`, { text });
    expect(json.status).toBe(422);
    expect(json.body.error.fields.text).toMatch(/line 2, column 18/);
    const page = await ada.submit('/projects/demo/servers/import?preview=1', { text });
    expect(page.status).toBe(422);
    expect(page.text).toContain('&quot;mcpServers&quot;: {,}');
    expect(page.text).toContain('line 2, column 18');
  });
});
