import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProjectsGateway } from '../../../src/projects/index.js';
import type { ApiKeyView } from '../../../src/projects/api-keys/api-key.view.js';
import { sha256 } from '../../../src/shared/crypto/index.js';
import { Changes, Events } from '../../../src/shared/events/index.js';
import { startTeam, type Team } from '../team.js';

const KEYS = '/api/projects/demo/api-keys';
const KEY = /mcpo_[0-9A-Za-z]{49}(?![0-9A-Za-z])/;
const DAY_MS = 86_400_000;

interface Made {
  readonly key: string;
  readonly apiKey: ApiKeyView;
}

let team: Team;
let gateway: ProjectsGateway;

beforeAll(async () => {
  team = await startTeam();
  gateway = team.app.nest.get(ProjectsGateway);
});
afterAll(() => team.app.close());

async function make(form: object = { name: 'laptop' }): Promise<Made> {
  const { status, body } = await team.owner.post<Made>(KEYS, form);
  expect(status).toBe(201);
  return body;
}

async function listed(id: string): Promise<ApiKeyView | undefined> {
  const { body } = await team.owner.get<{ items: ApiKeyView[] }>(KEYS);
  return body.items.find((key) => key.id === id);
}

function everyRow(): Promise<string> {
  const tables = ['api_keys', 'projects', 'users', 'change_counters'];
  const rows = tables.map((table) => `(SELECT json_agg(t)::text FROM ${table} t)`).join(', ');
  return team.app.nest
    .get(DataSource)
    .query<{ dump: string }[]>(`SELECT concat(${rows}) AS dump`)
    .then(([row]) => row?.dump ?? '');
}

describe('A new key', () => {
  it('is told once, and afterwards only enough of it to know it by', async () => {
    const { key, apiKey } = await make({ name: 'laptop' });
    expect(key).toMatch(KEY);
    expect(apiKey).toMatchObject({
      name: 'laptop',
      prefix: key.slice(0, 9),
      last4: key.slice(-4),
      scopes: ['project'],
      state: 'active',
      expiresAt: null,
      lastUsedAt: null,
      lastUsedClient: null,
      revokedAt: null,
      createdBy: { name: 'Otto Owner' },
    });
    expect(await listed(apiKey.id)).toEqual(apiKey);
    const list = await team.owner.get(KEYS);
    expect(list.text).not.toContain(key);
  });

  it('is in the database as its SHA-256 only', async () => {
    const { key } = await make();
    const dump = await everyRow();
    expect(dump).toContain(sha256(key).toString('hex'));
    expect(dump).not.toContain(key);
    expect(dump).not.toContain(key.slice(5, -6));
  });

  it('opens the gateway in the very moment it is answered', async () => {
    const { key, apiKey } = await make();
    expect(await gateway.findKeyByHash(sha256(key))).toMatchObject({
      id: apiKey.id,
      projectId: team.projectId,
      expiresAt: null,
    });
  });

  it('is shown to a person in the answer of the form, which nothing keeps', async () => {
    const { status, headers, text } = await team.owner.submit('/projects/demo/api-keys', {
      name: 'by form',
      expiry: '30',
      expiresOn: '',
      client: 'claude-code',
      endpoint: 'unified',
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    const key = KEY.exec(text)?.[0] ?? '';
    expect(key).toMatch(KEY);
    expect(text).toMatch(new RegExp(`<input[^>]*value="${key}"[^>]*autofocus`));
    expect(text).toContain('it is not shown again');
    expect(text).toContain(`claude mcp add --transport http mcp-orch-demo ${team.app.url}/projects/demo/unified/mcp`);
    expect([...text.matchAll(/href="([^"]*)"/g)].filter(([, url]) => url?.includes(key))).toEqual([]);
    const [, link] = /href="(cursor:[^"]*)"/.exec(text) ?? [];
    const config =
      new URL((link ?? '').replaceAll('&amp;', '&').replaceAll('&#x3D;', '=')).searchParams.get('config') ?? '';
    expect(Buffer.from(config, 'base64').toString()).toContain('${env:MCP_ORCH_API_KEY}');
  });

  it('is made once however often its form is sent, and the answer says so without the key', async () => {
    const { text } = await team.owner.page('/projects/demo/api-keys/new');
    const formToken = /name="formToken" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const send = () => team.owner.submit('/projects/demo/api-keys', { name: 'sent twice', expiry: '30', formToken });
    const answers = await Promise.all([send(), send()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const again = await send();
    expect(again.text).toContain('A key is shown once only');
    expect(again.text).not.toMatch(KEY);
    const { body } = await team.owner.get<{ items: ApiKeyView[] }>(KEYS);
    expect(body.items.filter(({ name }) => name === 'sent twice')).toHaveLength(1);
  });

  it.each([
    ['without a name', { name: ' ' }, 'name'],
    ['with a name of 300 characters', { name: 'x'.repeat(300) }, 'name'],
    ['that has expired already', { name: 'k', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['that expires at no time at all', { name: 'k', expiresAt: 'soon' }, 'expiresAt'],
    ['with a scope that does not exist', { name: 'k', scopes: ['everything'] }, 'scopes'],
    ['without any scope', { name: 'k', scopes: [] }, 'scopes'],
    ['with a last day that is past', { name: 'k', expiry: 'custom', expiresOn: '2020-01-01' }, 'expiresOn'],
    ['with a last day that does not exist', { name: 'k', expiry: 'custom', expiresOn: '2099-02-31' }, 'expiresOn'],
    ['with a last day that was not chosen', { name: 'k', expiry: 'custom', expiresOn: '' }, 'expiresOn'],
  ])('%s is refused by name of the field', async (_, form, field) => {
    const { status, body } = await team.owner.post<{ error: { fields: object } }>(KEYS, form);
    expect(status).toBe(422);
    expect(Object.keys(body.error.fields)).toEqual([field]);
  });

  it('keeps what was typed when the form is refused', async () => {
    const form = { name: 'my name', expiry: 'custom', expiresOn: '2020-01-01', client: 'cursor' };
    const { status, text } = await team.owner.submit('/projects/demo/api-keys', form);
    expect(status).toBe(422);
    expect(text).toContain('value="my name"');
    expect(text).toMatch(/<option value="custom"\s+selected/);
    expect(text).toContain('name="client" value="cursor"');
    expect(text).toContain('lies in the future');
  });
});

describe('The end of a key', () => {
  it('is the one that was given', async () => {
    const expiresAt = new Date(Date.now() + DAY_MS).toISOString();
    const { apiKey } = await make({ name: 'k', expiresAt });
    expect(apiKey).toMatchObject({ expiresAt, expiresSoon: true });
  });

  it('is counted in days from now, or is the end of a day', async () => {
    const { apiKey } = await make({ name: 'k', expiry: '90' });
    expect(Date.parse(apiKey.expiresAt ?? '') - Date.now()).toBeCloseTo(90 * DAY_MS, -5);
    const { apiKey: custom } = await make({ name: 'k', expiry: 'custom', expiresOn: '2099-12-31' });
    expect(custom.expiresAt).toBe('2099-12-31T23:59:59.999Z');
  });

  it('closes the gateway', async () => {
    const end = Date.now() + 500;
    const { key, apiKey } = await make({ name: 'k', expiresAt: new Date(end).toISOString() });
    expect(await gateway.findKeyByHash(sha256(key))).not.toBeNull();
    await expect.poll(() => gateway.findKeyByHash(sha256(key)), { interval: 20, timeout: 2000 }).toBeNull();
    expect(Date.now()).toBeGreaterThanOrEqual(end);
    expect((await listed(apiKey.id))?.state).toBe('expired');
  });
});

describe('A revoked key', () => {
  it('opens nothing any more, and stays in the list', async () => {
    const { key, apiKey } = await make();
    expect((await team.owner.delete(`${KEYS}/${apiKey.id}`)).status).toBe(204);
    expect(await gateway.findKeyByHash(sha256(key))).toBeNull();
    expect((await gateway.loadKeys(team.projectId)).map(({ id }) => id)).not.toContain(apiKey.id);
    expect(await listed(apiKey.id)).toMatchObject({ state: 'revoked' });
  });

  it('stays revoked since the first time', async () => {
    const { apiKey } = await make();
    await team.owner.delete(`${KEYS}/${apiKey.id}`);
    const first = await listed(apiKey.id);
    expect((await team.owner.delete(`${KEYS}/${apiKey.id}`)).status).toBe(204);
    expect(await listed(apiKey.id)).toEqual(first);
  });

  it('is told to the gateways before the answer leaves', async () => {
    const { apiKey } = await make();
    const heard: unknown[] = [];
    team.app.nest.get(Changes).listen(async (change) => {
      await pause(50);
      heard.push(change);
    });
    await team.owner.delete(`${KEYS}/${apiKey.id}`);
    expect(heard).toEqual([{ topic: 'api_keys', projectId: team.projectId, id: apiKey.id }]);
  });

  it('must be one of the project', async () => {
    for (const id of ['6f9619ff-8b86-4d01-b42d-00cf4fc964ff', 'not-an-id']) {
      expect((await team.owner.delete(`${KEYS}/${id}`)).status).toBe(404);
    }
  });
});

it('The keys of a person who was switched off open nothing', async () => {
  const { body } = await team.developer.post<Made>(KEYS, { name: 'k' });
  const users = 'UPDATE users SET is_active = $1 WHERE id = $2';
  await team.app.nest.get(DataSource).query(users, [false, body.apiKey.createdBy.id]);
  expect(await gateway.findKeyByHash(sha256(body.key))).toBeNull();
  await team.app.nest.get(DataSource).query(users, [true, body.apiKey.createdBy.id]);
  expect(await gateway.findKeyByHash(sha256(body.key))).not.toBeNull();
});

describe('The use of a key', () => {
  const use = (apiKeyId: string, client: string, at = new Date()) =>
    team.app.nest.get(Events).emit('key.used', { apiKeyId, at, ip: '127.0.0.1', client });

  it('is seen within a moment, with the client', async () => {
    const { apiKey } = await make();
    const at = new Date();
    use(apiKey.id, 'cline 3.1', at);
    await expect
      .poll(() => listed(apiKey.id), { timeout: 3000 })
      .toMatchObject({ lastUsedAt: at.toISOString(), lastUsedClient: 'cline 3.1' });
  });

  it('is written at most once a minute', async () => {
    const [{ apiKey }, { apiKey: other }] = [await make(), await make()];
    use(apiKey.id, 'first');
    await expect.poll(() => listed(apiKey.id), { timeout: 3000 }).toMatchObject({ lastUsedClient: 'first' });
    use(apiKey.id, 'second');
    use(other.id, 'third');
    await expect.poll(() => listed(other.id), { timeout: 3000 }).toMatchObject({ lastUsedClient: 'third' });
    expect(await listed(apiKey.id)).toMatchObject({ lastUsedClient: 'first' });
  });

  it('does no harm when the key is gone or the client’s name is strange', async () => {
    const { apiKey } = await make();
    use('6f9619ff-8b86-4d01-b42d-00cf4fc964ff', 'ghost');
    use(apiKey.id, `strange\0${'x'.repeat(500)}`);
    await expect
      .poll(async () => (await listed(apiKey.id))?.lastUsedClient, { timeout: 3000 })
      .toBe(`strange${'x'.repeat(193)}`);
  });
});
