import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProjectView } from '../../src/projects/project.view.js';
import { startTeam, type Team } from './team.js';

interface Refused {
  readonly error: { readonly code: string; readonly message: string; readonly fields?: Record<string, string> };
}

let team: Team;

beforeAll(async () => {
  team = await startTeam();
});
afterAll(() => team.app.close());

function named(name: string): Promise<{ body: ProjectView }> {
  return team.owner.post<ProjectView>('/api/projects', { name });
}

describe('A new project', () => {
  it('belongs to its creator and is answered at the top level', async () => {
    const { status, body } = await team.owner.post('/api/projects', { name: ' Web Team ', description: 'Ours' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      slug: 'web-team',
      name: 'Web Team',
      description: 'Ours',
      role: 'Owner',
      unifiedEnabled: true,
      counts: { members: 1, servers: 0, calls24h: 0 },
      members: [{ name: 'Otto Owner', email: 'otto@example.com', role: 'Owner', source: 'direct' }],
    });
    expect(new Date(body['createdAt'] as string).toISOString()).toBe(body['createdAt']);
  });

  it('leads a browser to its page', async () => {
    const { status, headers } = await team.owner.submit('/projects', { name: 'By form', slug: '', description: '' });
    expect([status, headers.get('location')]).toEqual([303, '/projects/by-form']);
  });

  it('gets another slug when the one of its name is taken', async () => {
    const slugs = await Promise.all([1, 2, 3].map(async () => (await named('Same')).body.slug));
    expect(slugs.sort()).toEqual(['same', 'same-2', 'same-3']);
  });

  it.each([
    ['without a name', { name: '  ' }, 'name'],
    ['with a name of 300 characters', { name: 'x'.repeat(300) }, 'name'],
    ['with a name that is no text', { name: { $ne: 1 } }, 'name'],
    ['with a NUL in its name', { name: 'a\0b' }, 'name'],
    ['with a description of 1001 characters', { name: 'x', description: 'x'.repeat(1001) }, 'description'],
    ['under a slug that is taken', { name: 'x', slug: 'demo' }, 'slug'],
    ['under a slug that means something else', { name: 'x', slug: 'new' }, 'slug'],
    ['under a slug with capitals', { name: 'x', slug: 'Demo' }, 'slug'],
    ['with a field that does not exist', { name: 'x', ownerId: 'me' }, 'ownerId'],
  ])('%s is refused by name of the field', async (_, form, field) => {
    const { status, body } = await team.owner.post<Refused>('/api/projects', form);
    expect(status).toBe(422);
    expect(body.error.code).toBe('invalid');
    expect(Object.keys(body.error.fields ?? {})).toEqual([field]);
  });

  it('keeps what was typed when it is refused', async () => {
    const { status, text } = await team.owner.submit('/projects', {
      name: 'My <idea>',
      slug: 'demo',
      description: 'Why',
    });
    expect(status).toBe(422);
    expect(text).toContain('value="My &lt;idea&gt;"');
    expect(text).toContain('Why</textarea>');
    expect(text).toContain('is taken');
  });
});

describe('The list of projects', () => {
  it('has one’s own projects, and all of them for an administrator', async () => {
    const names = async (who: Team['owner']) => {
      const { body } = await who.get<{ items: ProjectView[] }>('/api/projects?limit=200');
      return body.items.map(({ name }) => name);
    };
    expect(await names(team.reporter)).toEqual(['Demo']);
    expect(await names(team.nobody)).toEqual([]);
    expect(await names(team.admin)).toEqual(await names(team.owner));
  });

  it('tells the asker’s role', async () => {
    const { body } = await team.reporter.get<{ items: ProjectView[] }>('/api/projects');
    expect(body.items).toMatchObject([{ role: 'Reporter', counts: { members: 3 } }]);
  });

  it('finds by a part of the name and takes % as it is', async () => {
    await named('100% done');
    const find = async (q: string) => {
      const { body } = await team.owner.get<{ items: ProjectView[] }>(`/api/projects?q=${encodeURIComponent(q)}`);
      return body.items.map(({ name }) => name);
    };
    expect(await find('DEM')).toEqual(['Demo']);
    expect(await find('%')).toEqual(['100% done']);
    expect(await find('nothing like it')).toEqual([]);
  });

  it('goes on where the page before ended', async () => {
    const whole = await team.owner.get<{ items: ProjectView[]; nextCursor: null }>('/api/projects?limit=200');
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor && `&cursor=${cursor}`;
      const { body } = await team.owner.get<{ items: ProjectView[]; nextCursor: string | null }>(
        `/api/projects?limit=2${query}`,
      );
      ids.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(ids).toEqual(whole.body.items.map(({ id }) => id));
    expect(whole.body.nextCursor).toBeNull();
    expect((await team.owner.get('/api/projects?cursor=nonsense')).status).toBe(422);
  });

  it('invites a person without projects to create one', async () => {
    const { text } = await team.nobody.page('/projects');
    expect(text).toContain('Create your first project');
  });

  it('answers a search as rows only when htmx asks', async () => {
    const { text } = await team.owner.get('/projects?q=demo', { fragment: true });
    expect(text.trim()).toMatch(/^<tr id="project_/);
    expect(text).not.toContain('<html');
  });
});

describe('A project', () => {
  it('is found by slug and by id', async () => {
    const bySlug = await team.reporter.get('/api/projects/demo');
    const byId = await team.reporter.get(`/api/projects/${team.projectId}`);
    expect(bySlug.body).toMatchObject({ id: team.projectId, slug: 'demo', role: 'Reporter' });
    expect(byId.body).toEqual(bySlug.body);
  });

  it('can be changed field by field', async () => {
    const { body: made } = await named('To change');
    const { status, body } = await team.owner.patch(`/api/projects/${made.id}`, {
      unifiedEnabled: false,
      slug: 'changed',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: made.id, name: 'To change', slug: 'changed', unifiedEnabled: false });
    expect((await team.owner.get('/api/projects/to-change')).status).toBe(404);
  });

  it('gives its time limit to servers that are added without one', async () => {
    const { body: made } = await named('Patient');
    const path = `/api/projects/${made.slug}`;
    const away = { transport: 'streamable-http', url: 'http://127.0.0.1:9/mcp' };
    const added = async (server: object) =>
      (await team.owner.post<{ timeoutMs: number }>(`${path}/servers`, { ...away, ...server })).body.timeoutMs;
    const usual = await added({ name: 'one' });
    expect((await team.owner.patch<ProjectView>(path, { callTimeoutMs: 4321 })).body.callTimeoutMs).toBe(4321);
    expect(await added({ name: 'two' })).toBe(4321);
    expect(await added({ name: 'three', timeoutMs: 1000 })).toBe(1000);
    const pasted = { mcpServers: { four: { url: away.url } } };
    const { body } = await team.owner.post<{ items: { server: object }[] }>(`${path}/servers/import`, pasted);
    expect(body.items[0]?.server).toMatchObject({ timeoutMs: 4321 });
    expect((await team.owner.patch<ProjectView>(path, { callTimeoutMs: '' })).body.callTimeoutMs).toBeNull();
    expect(await added({ name: 'five' })).toBe(usual);
    for (const callTimeoutMs of [99, 3_600_001, 'long', 1.5])
      expect((await team.owner.patch(path, { callTimeoutMs })).status).toBe(422);
  });

  it('cannot take another’s slug, and its form comes back as it was typed', async () => {
    const { body: made } = await named('Second');
    const refused = await team.owner.patch<Refused>(`/api/projects/${made.id}`, { slug: 'demo' });
    expect(refused.status).toBe(422);
    expect(refused.body.error.fields?.['slug']).toContain('taken');
    const form = { name: 'Changed', slug: 'demo', description: '', unifiedEnabled: 'false' };
    const again = await team.owner.submit(`/projects/${made.slug}?_method=PATCH`, form);
    expect(again.status).toBe(422);
    expect(again.text).toContain('value="Changed"');
    expect((await team.owner.get(`/api/projects/${made.id}`)).body).toMatchObject({ name: 'Second', slug: 'second' });
  });

  it('refuses null where a text is meant', async () => {
    expect((await team.owner.patch('/api/projects/demo', { name: null })).status).toBe(422);
  });

  it('is deleted with everything in it', async () => {
    const { body: made } = await named('To delete');
    await team.owner.post(`/api/projects/${made.id}/api-keys`, { name: 'its key' });
    expect((await team.owner.delete(`/api/projects/${made.id}`)).status).toBe(204);
    expect((await team.owner.get(`/api/projects/${made.id}`)).status).toBe(404);
  });

  it('shows a new project the way to its first call', async () => {
    const { text } = await team.owner.page('/projects/demo');
    for (const step of ['Add a server', 'Create an API key', 'Connect a client', 'Make the first call']) {
      expect(text).toContain(step);
    }
    const fragment = await team.owner.get('/projects/demo', { fragment: true });
    expect(fragment.text.trim()).toMatch(/^<section id="getting_started_/);
  });
});
