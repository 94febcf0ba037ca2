import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProjectExport } from '../../../src/projects/portability/project-export.view.js';
import { type Deed, Deeds } from '../../../src/shared/events/index.js';
import type { As } from '../../support/client.js';
import { startTeam, type Team } from '../team.js';

const PATH = '/api/projects/demo/export';
const IMPORT = '/api/projects/import';
const SECRET = 'hunter2-the-secret';
const SECURITY = {
  authRequired: false,
  allowedIpRanges: ['10.0.0.0/8', '127.0.0.1'],
  rateLimitPerMinute: 60,
  rateLimitPerDay: null,
};

interface Refused {
  readonly error: { readonly message: string; readonly fields: Record<string, string> };
}
interface Imported extends Refused {
  readonly project: { readonly id: string; readonly slug: string; readonly role: string };
  readonly servers: readonly string[];
}
interface Server {
  readonly name: string;
  readonly status: string;
  readonly missingSecrets: readonly string[];
}

let team: Team;
let exported: ProjectExport;
const deeds: Deed[] = [];

beforeAll(async () => {
  team = await startTeam();
  team.app.nest.get(Deeds).listen((_, deed) => Promise.resolve(void deeds.push(deed)));
  const program = { transport: 'stdio', command: process.execPath, env: { TOKEN: SECRET, MODE: 'fast' } };
  const args = ['-e', 'process.exit()', { secret: true, value: SECRET }];
  const away = { transport: 'streamable-http', timeoutMs: 5000, maxConcurrency: 3 };
  const added = [
    await team.admin.post('/api/projects/demo/servers', { name: 'program', args, ...program }),
    await team.owner.post('/api/projects/demo/servers', {
      ...{ name: 'far', ...away, url: 'http://127.0.0.1:9/mcp' },
      headers: { Authorization: `Bearer ${SECRET}` },
    }),
    await team.owner.post('/api/projects/demo/servers', {
      ...{ name: 'keyed', ...away, url: `http://127.0.0.1:9/mcp?api_key=${SECRET}&page=1` },
    }),
    await team.owner.post('/api/projects/demo/servers', { name: 'plain', ...away, url: 'http://127.0.0.1:9/x' }),
  ];
  expect(added.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  await team.owner.put('/api/projects/demo/security', SECURITY);
  await team.owner.patch('/api/projects/demo', {
    description: 'For the tests',
    unifiedEnabled: false,
    callTimeoutMs: 7000,
  });
  exported = (await team.owner.get<ProjectExport>(PATH)).body;
});
afterAll(() => team.app.close());

const bring = (document: unknown, who: As = team.owner) => who.post<Imported>(IMPORT, document);
const serversOf = async (slug: string) =>
  (await team.admin.get<{ items: Server[] }>(`/api/projects/${slug}/servers`)).body.items;
const remote = () => ({ ...exported, servers: exported.servers.filter((server) => !('command' in server)) });
const projectsOf = async (who: As) => (await who.get<{ items: object[] }>('/api/projects')).body.items.length;

describe('The export of a project', () => {
  it('holds its settings, servers and members, and of secrets the names alone', async () => {
    expect(exported.project).toEqual({
      ...{ slug: 'demo', name: 'Demo', description: 'For the tests', unifiedEnabled: false, callTimeoutMs: 7000 },
      ...SECURITY,
    });
    const needed = { set: false };
    expect(exported.servers).toMatchObject([
      {
        name: 'far',
        url: 'http://127.0.0.1:9/mcp',
        headers: { Authorization: needed },
        timeoutMs: 5000,
        maxConcurrency: 3,
      },
      { name: 'keyed', url: 'http://127.0.0.1:9/mcp?api_key=***&page=1' },
      { name: 'plain', headers: {} },
      {
        name: 'program',
        command: process.execPath,
        env: { TOKEN: needed, MODE: needed },
        args: ['-e', 'process.exit()', { secret: true, value: needed }],
      },
    ]);
    expect(exported.members).toEqual([
      { email: 'developer@example.com', role: 'Developer' },
      { email: 'otto@example.com', role: 'Owner' },
      { email: 'reporter@example.com', role: 'Reporter' },
    ]);
    const { text } = await team.owner.page('/projects/demo/export');
    expect(JSON.stringify(exported) + text).not.toContain(SECRET);
    expect(text).toContain('href="/api/projects/demo/export" download="demo.json"');
  });

  it('is for Owners and administrators', async () => {
    expect((await team.admin.get(PATH)).status).toBe(200);
    for (const who of [team.developer, team.reporter]) {
      for (const answer of [await who.get(PATH), await who.page('/projects/demo/export')]) {
        expect(answer.status).toBe(403);
        expect(answer.text).not.toContain('otto@example.com');
      }
    }
    expect((await team.nobody.get(PATH)).status).toBe(404);
  });
});

describe('The import of a project', () => {
  it('makes another like it, whose servers wait for their secrets', async () => {
    deeds.length = 0;
    const { status, body } = await bring(exported, team.admin);
    expect([status, body.servers.toSorted()]).toEqual([201, ['far', 'keyed', 'plain', 'program']]);
    expect(body.project.slug).toBe('demo-2');
    const servers = await serversOf('demo-2');
    expect(
      servers.map(({ name, status, missingSecrets }) => [name, status === 'needs_secret', missingSecrets]),
    ).toEqual([
      ['far', true, ['Authorization']],
      ['keyed', false, []],
      ['plain', false, []],
      ['program', true, ['MODE', 'TOKEN', 'argument 3']],
    ]);
    expect(servers.find(({ name }) => name === 'keyed')?.status).toBe('disabled');
    const again = (await team.admin.get<ProjectExport>('/api/projects/demo-2/export')).body;
    expect(again.project).toEqual({ ...exported.project, slug: 'demo-2' });
    expect(again.members).toEqual([{ email: 'ada@example.com', role: 'Owner' }]);
    const kept = (document: ProjectExport) => document.servers.filter((server) => (server as Server).name !== 'keyed');
    expect(kept(again)).toEqual(kept(exported));
    expect(deeds.map(({ type }) => type)).toEqual(['project.created', ...Array<string>(4).fill('server.imported')]);
  });

  it('keeps the slug where it is free, and makes the importer its only Owner', async () => {
    const document = { ...remote(), project: { name: 'Moved', slug: 'from-elsewhere' } };
    const { status, body } = await bring(document, team.nobody);
    expect([status, body.project.slug, body.project.role]).toEqual([201, 'from-elsewhere', 'Owner']);
    expect((await team.owner.get('/api/projects/from-elsewhere')).status).toBe(404);
  });

  it('is as strict with programs as any registration, and then makes nothing', async () => {
    const before = await projectsOf(team.owner);
    const { status, body } = await bring(exported);
    expect([status, Object.keys(body.error.fields)]).toEqual([403, ['servers.program.transport']]);
    expect(body.error.message).toContain('only an administrator');
    expect(await projectsOf(team.owner)).toBe(before);
  });

  const far = { name: 'far', transport: 'streamable-http', url: 'http://127.0.0.1:9/mcp' };
  it.each<[string, (good: ProjectExport) => unknown, string]>([
    ['of another format', (good) => ({ ...good, format: 'x' }), 'format'],
    ['of a newer version', (good) => ({ ...good, version: 2 }), 'version'],
    ['without a version', ({ version, ...rest }) => ({ ...rest, note: version }), 'note'],
    ['without settings', (good) => ({ ...good, project: undefined }), 'project'],
    ['with settings that are none', (good) => ({ ...good, project: 'Demo' }), 'project'],
    ['with a bad slug', (good) => ({ ...good, project: { ...good.project, slug: 'NO' } }), 'project.slug'],
    [
      'with a bad range',
      (good) => ({ ...good, project: { ...good.project, allowedIpRanges: ['x'] } }),
      'project.allowedIpRanges',
    ],
    ['with an id of its own', (good) => ({ ...good, project: { ...good.project, id: 'x' } }), 'project.id'],
    ['with servers that are no list', (good) => ({ ...good, servers: {} }), 'servers'],
    ['with a server that is null', (good) => ({ ...good, servers: [null] }), 'servers.1.name'],
    ['with a server that is a word', (good) => ({ ...good, servers: ['x'] }), 'servers.1.name'],
    ['with a bad server', (good) => ({ ...good, servers: [{ ...far, url: 'ftp://x' }] }), 'servers.far.url'],
    [
      'with a server at a refused address',
      (good) => ({ ...good, servers: [{ ...far, url: 'http://10.0.0.1/' }] }),
      'servers.far.url',
    ],
    ['with two servers of one name', (good) => ({ ...good, servers: [far, { ...far, name: 'FAR' }] }), 'servers'],
    ['that is a list', () => [], 'format'],
  ])('%s is refused by name of the field, and makes nothing', async (_, spoil, field) => {
    const before = await projectsOf(team.owner);
    const { status, body } = await bring(spoil(remote()));
    expect(status).toBe(422);
    expect(Object.keys(body.error.fields)).toContain(field);
    expect(await projectsOf(team.owner)).toBe(before);
  });

  it('takes what was pasted into the form, and shows it again with what is wrong', async () => {
    const project = { ...exported.project, slug: 'pasted' };
    const good = await team.owner.submit('/projects/import', { text: JSON.stringify({ ...remote(), project }) });
    expect([good.status, good.headers.get('location')]).toEqual([303, '/projects/pasted/servers']);
    for (const [text, word] of [
      ['{nonsense', 'This is not JSON'],
      [`{"servers":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'nests deeper'],
      [JSON.stringify(exported), 'only an administrator'],
      ['{}', 'its format is'],
    ] as const) {
      const refused = await team.owner.submit('/projects/import', { text });
      expect(refused.status).toBeGreaterThanOrEqual(403);
      expect(refused.text).toContain(word);
      expect(refused.text).toContain('name="text"');
      expect(refused.text).not.toContain('text: ');
    }
  });
});
