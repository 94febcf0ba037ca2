import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { As } from '../support/client.js';
import { startTeam, type Team } from './team.js';

let team: Team;

beforeAll(async () => {
  team = await startTeam();
});
afterAll(() => team.app.close());

const READING = [
  '/projects/demo',
  '/projects/demo/settings',
  '/projects/demo/security',
  '/projects/demo/api-keys',
  '/projects/demo/connect',
  '/projects/demo/client-config?client=cline',
];

/** Method, path, body, and who may. */
const WRITING: [string, string, object, (keyof Team)[]][] = [
  ['patch', '/api/projects/demo', { description: 'x' }, ['owner', 'admin']],
  ['get', '/projects/demo/export', {}, ['owner', 'admin']],
  ['put', '/api/projects/demo/security', { rateLimitPerMinute: 100 }, ['owner', 'admin']],
  ['post', '/api/projects/demo/api-keys', { name: 'k' }, ['developer', 'owner', 'admin']],
  ['get', '/projects/demo/api-keys/new', {}, ['developer', 'owner', 'admin']],
];

type Sent = Parameters<As['post']>[2];

function send(who: As, method: string, path: string, body: object, sent: Sent = {}) {
  if (method === 'get') return who.get(path, sent);
  return who[method as 'patch' | 'put' | 'post'](path, body, sent);
}

/** As a page and as a fragment, as browsers ask for them. */
const BY_BROWSER: Sent[] = [{ html: true }, { fragment: true }];

describe('A project that one may not see', () => {
  const everywhere: [string, string, object][] = [
    ...READING.map((path): [string, string, object] => ['get', path, {}]),
    ...WRITING.map(([method, path, body]): [string, string, object] => [method, path, body]),
  ];

  it.each(everywhere)('%s %s answers as if there were none', async (method, path, body) => {
    const foreign = await send(team.nobody, method, path, body);
    const missing = await send(team.nobody, method, path.replace('demo', 'no-such'), body);
    expect(foreign.status).toBe(404);
    for (const sent of BY_BROWSER)
      expect((await send(team.nobody, method, path.replace('/api/', '/'), body, sent)).status).toBe(404);
    const text = (answer: typeof foreign) => (answer.body as { error?: { message: string } }).error?.message;
    expect(text(foreign)).toBe(text(missing));
  });

  it('cannot be deleted, nor its keys', async () => {
    const made = await team.owner.post<{ apiKey: { id: string } }>('/api/projects/demo/api-keys', { name: 'mine' });
    expect((await team.nobody.delete('/api/projects/demo')).status).toBe(404);
    expect((await team.nobody.delete(`/api/projects/demo/api-keys/${made.body.apiKey.id}`)).status).toBe(404);
    expect((await team.nobody.delete(`/api/projects/${team.projectId}`)).status).toBe(404);
  });

  it('does not lend its keys to another project', async () => {
    const made = await team.owner.post<{ apiKey: { id: string } }>('/api/projects/demo/api-keys', { name: 'mine' });
    const own = await team.nobody.post<{ slug: string }>('/api/projects', { name: 'Nora’s' });
    const path = `/api/projects/${own.body.slug}`;
    expect((await team.nobody.delete(`${path}/api-keys/${made.body.apiKey.id}`)).status).toBe(404);
    expect((await team.nobody.get(`${path}/connect?key=${made.body.apiKey.id}`)).body).not.toHaveProperty('use');
  });

  it.each(['no-such', randomUUID(), '%00', '..%2fadmin', 'x'.repeat(200)])(
    'is 404 when it is called %s',
    async (name) => {
      expect((await team.owner.get(`/api/projects/${name}`)).status).toBe(404);
    },
  );

  it('asks strangers to sign in', async () => {
    const stranger = new As(team.app);
    expect((await stranger.get('/api/projects/demo')).status).toBe(401);
    const { status, headers } = await stranger.page('/projects/demo/connect');
    expect(status).toBe(303);
    expect(headers.get('location')).toBe('/login?next=%2Fprojects%2Fdemo%2Fconnect');
  });
});

describe('What a member may do', () => {
  it.each(READING)('%s shows itself to every member', async (path) => {
    for (const who of [team.reporter, team.developer, team.owner, team.admin]) {
      expect((await who.get(path)).status).toBe(200);
      for (const sent of BY_BROWSER) expect((await who.get(path, sent)).status).toBe(200);
    }
  });

  it.each(WRITING)('%s %s is for those whose role allows it', async (method, path, body, allowed) => {
    for (const who of ['reporter', 'developer', 'owner', 'admin'] as const) {
      const { status, body: answer } = await send(team[who], method, path, body);
      if (allowed.includes(who)) expect(status).toBeLessThan(300);
      else {
        expect(status).toBe(403);
        for (const sent of BY_BROWSER)
          expect((await send(team[who], method, path.replace('/api/', '/'), body, sent)).status).toBe(403);
        expect(answer).toMatchObject({
          error: { code: 'forbidden', message: expect.stringMatching(/the role \w+/) as string },
        });
      }
    }
  });

  it('only an Owner deletes the project', async () => {
    expect((await team.reporter.delete('/api/projects/demo')).status).toBe(403);
    expect((await team.developer.delete('/api/projects/demo')).status).toBe(403);
    const made = await team.owner.post<{ slug: string }>('/api/projects', { name: 'Short-lived' });
    expect((await team.admin.delete(`/api/projects/${made.body.slug}`)).status).toBe(204);
  });

  it('a Reporter sees the settings without a form', async () => {
    const { text } = await team.reporter.page('/projects/demo/settings');
    expect(text).toContain('An Owner of the project can change these.');
    expect(text).not.toContain('Delete project');
  });

  it('a Developer revokes own keys only, an Owner every key', async () => {
    const make = async (who: As) => {
      const made = await who.post<{ apiKey: { id: string } }>('/api/projects/demo/api-keys', { name: 'k' });
      return `/api/projects/demo/api-keys/${made.body.apiKey.id}`;
    };
    const [ofOwner, ofDeveloper, another] = [
      await make(team.owner),
      await make(team.developer),
      await make(team.developer),
    ];
    expect((await team.reporter.delete(ofOwner)).status).toBe(403);
    expect((await team.developer.delete(ofOwner)).status).toBe(403);
    expect((await team.developer.delete(ofDeveloper)).status).toBe(204);
    expect((await team.owner.delete(another)).status).toBe(204);
  });
});
