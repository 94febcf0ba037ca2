import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiKeyView } from '../../../src/projects/api-keys/api-key.view.js';
import { ProjectsGateway } from '../../../src/projects/index.js';
import { sha256 } from '../../../src/shared/crypto/index.js';
import { Events } from '../../../src/shared/events/index.js';
import type { As } from '../../support/client.js';
import { startTeam, type Team } from '../team.js';

const KEYS = '/api/projects/demo/api-keys';
const AWAY = { transport: 'streamable-http', url: 'http://127.0.0.1:9/mcp' };

interface Made {
  readonly key: string;
  readonly apiKey: ApiKeyView;
}

let team: Team;
let gateway: ProjectsGateway;
let one: string;
let two: string;

beforeAll(async () => {
  team = await startTeam();
  gateway = team.app.nest.get(ProjectsGateway);
  [one = '', two = ''] = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const { body } = await team.owner.post<{ id: string }>('/api/projects/demo/servers', { name, ...AWAY });
      return body.id;
    }),
  );
});
afterAll(() => team.app.close());

const sql = (text: string, values: unknown[]) => team.app.nest.get(DataSource).query(text, values);

async function make(form: object, who: As = team.owner): Promise<Made> {
  const { status, body } = await who.post<Made>(KEYS, { name: 'k', ...form });
  expect(status).toBe(201);
  return body;
}

async function stored({ key }: Made) {
  return gateway.findKeyByHash(sha256(key));
}

async function shown({ apiKey }: Made): Promise<ApiKeyView> {
  return (await team.reporter.get<ApiKeyView>(`${KEYS}/${apiKey.id}`)).body;
}

describe('What a key opens', () => {
  it.each([
    [['server:one'], () => [`server:${one}`]],
    [['server:ONE', 'server:two', 'tools:read'], () => [`server:${one}`, `server:${two}`, 'tools:read']],
    [['tools:read'], () => ['project', 'tools:read']],
    [['project', 'tools:read'], () => ['project', 'tools:read']],
  ])('is %j, servers by their id', async (scopes, expected) => {
    const made = await make({ scopes });
    expect(made.apiKey.scopes).toEqual(expected());
    expect((await stored(made))?.scopes).toEqual(expected());
    expect((await make({ scopes: [`server:${two}`] })).apiKey.scopes).toEqual([`server:${two}`]);
  });

  it('is chosen in the form by ticking servers', async () => {
    const page = await team.owner.page('/projects/demo/api-keys/new');
    expect(page.text).toContain(`name="servers[]" value="${two}"`);
    const form = { name: 'ticked', expiry: '30', reach: 'servers', 'servers[0]': two, readOnly: 'true' };
    expect((await team.owner.submit('/projects/demo/api-keys', form)).status).toBe(201);
    const { body } = await team.owner.get<{ items: ApiKeyView[] }>(KEYS);
    expect(body.items.find(({ name }) => name === 'ticked')?.scopes).toEqual([`server:${two}`, 'tools:read']);
  });

  it('keeps what was ticked when the form is refused', async () => {
    const form = { name: '', expiry: '30', reach: 'servers', 'servers[0]': two, allowedIpRanges: 'nowhere' };
    const { status, text } = await team.owner.submit('/projects/demo/api-keys', form);
    expect(status).toBe(422);
    expect(text).toMatch(new RegExp(`value="${two}"\\s+checked`));
    expect(text).not.toMatch(new RegExp(`value="${one}"\\s+checked`));
    expect(text).toMatch(/nowhere<\/textarea>/);
  });

  it('is shown by the names of the servers, also of one that is gone', async () => {
    const { body } = await team.owner.post<{ id: string }>('/api/projects/demo/servers', { name: 'brief', ...AWAY });
    const made = await make({ scopes: ['server:brief'] });
    const path = `/projects/demo/api-keys/${made.apiKey.id}`;
    expect((await team.reporter.page(path)).text).toContain('>brief</span>');
    await team.owner.delete(`/api/projects/demo/servers/${body.id}`);
    expect((await team.reporter.page(path)).text).toContain('a deleted server');
    expect((await stored(made))?.scopes).toEqual([`server:${body.id}`]);
  });

  it('is never a server of another project', async () => {
    const { body: other } = await team.nobody.post<{ slug: string }>('/api/projects', { name: 'Nora’s' });
    const added = await team.nobody.post<{ id: string }>(`/api/projects/${other.slug}/servers`, {
      name: 'hers',
      ...AWAY,
    });
    for (const server of [added.body.id, 'hers']) {
      const { status, body } = await team.owner.post<{ error: { fields: object } }>(KEYS, {
        name: 'k',
        scopes: [`server:${server}`],
      });
      expect([status, Object.keys(body.error.fields)]).toEqual([422, ['scopes']]);
    }
  });
});

describe('A key', () => {
  it('has its own addresses and limits, given as a list or as typed', async () => {
    const limits = { rateLimitPerMinute: 60, rateLimitPerDay: 1000 };
    const listed = await make({ allowedIpRanges: ['10.0.0.0/8', '2001:db8::1'], ...limits });
    const typed = await make({
      allowedIpRanges: ' 10.0.0.0/8,\n2001:db8::1 \n',
      rateLimitPerMinute: '60',
      rateLimitPerDay: '1000',
    });
    for (const made of [listed, typed]) {
      const expected = { allowedIpRanges: ['10.0.0.0/8', '2001:db8::1'], ...limits };
      expect(made.apiKey).toMatchObject(expected);
      expect(await stored(made)).toMatchObject(expected);
    }
    const open = { allowedIpRanges: [], rateLimitPerMinute: null, rateLimitPerDay: null };
    expect((await make({ allowedIpRanges: '', rateLimitPerMinute: '', rateLimitPerDay: null })).apiKey).toMatchObject(
      open,
    );
  });

  it.each([
    ['scopes', { scopes: ['server:no-such'] }, 'no-such'],
    ['scopes', { scopes: ['project', 'server:one'] }, 'either'],
    ['scopes', { scopes: ['tools:write'] }, 'scopes'],
    ['scopes', { scopes: 'project' }, 'scopes'],
    ['servers', { reach: 'servers' }, 'at least one'],
    ['allowedIpRanges', { allowedIpRanges: ['10.0.0.0/8', '10.0.0.0/33'] }, '"10.0.0.0/33"'],
    ['allowedIpRanges', { allowedIpRanges: 'fe80::1%eth0' }, '"fe80::1%eth0"'],
    ['allowedIpRanges', { allowedIpRanges: [7] }, '"7"'],
    ['allowedIpRanges', { allowedIpRanges: null }, 'null'],
    ['allowedIpRanges', { allowedIpRanges: Array.from({ length: 101 }, (_, n) => `10.0.0.${n}`) }, 'at most 100'],
    ['rateLimitPerMinute', { rateLimitPerMinute: 0 }, 'at least 1'],
    ['rateLimitPerMinute', { rateLimitPerMinute: '1.5' }, 'whole number'],
    ['rateLimitPerDay', { rateLimitPerDay: 1e10 }, 'whole number'],
    ['rateLimitPerDay', { rateLimitPerDay: 'many' }, 'whole number'],
  ])('with bad %s %j is refused with what is wrong', async (field, form, word) => {
    const { status, body } = await team.owner.post<{ error: { fields: Record<string, string> } }>(KEYS, {
      name: 'k',
      ...form,
    });
    expect(status).toBe(422);
    expect(Object.keys(body.error.fields)).toEqual([field]);
    expect(body.error.fields[field]).toContain(word);
  });

  it('tells when, by which client and from where it was used last', async () => {
    const made = await make({});
    const at = new Date();
    team.app.nest
      .get(Events)
      .emit('key.used', { apiKeyId: made.apiKey.id, at, ip: '203.0.113.7', client: 'cline 3.1' });
    await expect
      .poll(() => shown(made), { timeout: 3000 })
      .toMatchObject({ lastUsedAt: at.toISOString(), lastUsedClient: 'cline 3.1', lastUsedIp: '203.0.113.7' });
    const { text } = await team.reporter.page(`/projects/demo/api-keys/${made.apiKey.id}`);
    expect(text).toContain('203.0.113.7');
  });

  it('is seen by everybody in the project, and by nobody else', async () => {
    const { apiKey } = await make({});
    const path = `${KEYS}/${apiKey.id}`;
    for (const who of [team.reporter, team.developer, team.admin]) expect((await who.get(path)).body).toEqual(apiKey);
    expect((await team.nobody.get(path)).status).toBe(404);
    const { body: other } = await team.nobody.post<{ slug: string }>('/api/projects', { name: 'Elsewhere' });
    expect((await team.nobody.get(`/api/projects/${other.slug}/api-keys/${apiKey.id}`)).status).toBe(404);
    expect((await team.owner.get(`${KEYS}/not-an-id`)).status).toBe(404);
    expect((await team.reporter.page(`/projects/demo/api-keys/${apiKey.id}`)).text).not.toContain('Rotate');
  });
});

describe('The list', () => {
  it('shows all keys or only one’s own', async () => {
    const mine = await make({ name: 'of the Developer' }, team.developer);
    const { body } = await team.developer.get<{ items: ApiKeyView[] }>(`${KEYS}?made=mine`);
    expect(body.items.map(({ id }) => id)).toEqual([mine.apiKey.id]);
    const all = await team.developer.get<{ items: ApiKeyView[] }>(KEYS);
    expect(all.body.items.length).toBeGreaterThan(1);
    expect((await team.developer.get(`${KEYS}?made=hers`)).status).toBe(422);
    expect((await team.developer.page('/projects/demo/api-keys?made=mine')).text).toContain('of the Developer');
  });

  it.each([
    ['became a Reporter', `UPDATE project_members SET role = 'Reporter' WHERE user_id = $1`, 'is a Reporter now'],
    ['left the project', 'DELETE FROM project_members WHERE user_id = $1', 'is not in the project any more'],
    ['may not sign in', 'UPDATE users SET is_active = false WHERE id = $1', 'is disabled'],
  ])('says why a key does not work whose maker %s', async (_, statement, reason) => {
    const made = await make({}, team.developer);
    const maker = made.apiKey.createdBy.id;
    expect(made.apiKey).toMatchObject({ state: 'active', inactiveReason: null });
    await sql(statement, [maker]);
    const key = await shown(made);
    expect([key.state, key.inactiveReason]).toEqual(['inactive', expect.stringContaining(reason)]);
    expect(await stored(made)).toBeNull();
    expect((await team.owner.page('/projects/demo/api-keys')).text).toContain(reason);
    await sql('UPDATE users SET is_active = true WHERE id = $1', [maker]);
    await sql(
      `INSERT INTO project_members (project_id, user_id, role) VALUES ($1, $2, 'Developer')
       ON CONFLICT (project_id, user_id) DO UPDATE SET role = 'Developer'`,
      [team.projectId, maker],
    );
    expect(await shown(made)).toMatchObject({ state: 'active' });
    expect(await stored(made)).not.toBeNull();
  });
});
