import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TeamView } from '../../src/teams/team.view.js';
import { type Crew, newcomer, startCrew } from './crew.js';

interface Refused {
  readonly error: { readonly code: string; readonly fields?: Record<string, string> };
}
type Page = { items: TeamView[]; nextCursor: string | null };

let crew: Crew;

beforeAll(async () => {
  crew = await startCrew();
});
afterAll(() => crew.app.close());

const named = async (name: string) => (await crew.owner.post<TeamView>('/api/teams', { name })).body;

describe('A new team', () => {
  it('belongs to its creator', async () => {
    const { status, body } = await crew.owner.post<TeamView>('/api/teams', { name: ' Web Team ', description: 'Ours' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      slug: 'web-team',
      name: 'Web Team',
      description: 'Ours',
      role: 'Owner',
      counts: { members: 1, projects: 0 },
    });
    expect(new Date(body.createdAt).toISOString()).toBe(body.createdAt);
  });

  it('leads a browser to its page', async () => {
    const { status, headers } = await crew.owner.submit('/teams', { name: 'By form', slug: '', description: '' });
    expect([status, headers.get('location')]).toEqual([303, '/teams/by-form']);
  });

  it('gets another slug when the one of its name is taken, also at the same moment', async () => {
    const slugs = await Promise.all([1, 2, 3].map(async () => (await named('Same')).slug));
    expect(slugs.sort()).toEqual(['same', 'same-2', 'same-3']);
    expect((await named('日本')).slug).toBe('team');
  });

  it.each([
    ['without a name', { name: '  ' }, 'name'],
    ['with a name of 300 characters', { name: 'x'.repeat(300) }, 'name'],
    ['with a NUL in its name', { name: 'a\0b' }, 'name'],
    ['with a description of 1001 characters', { name: 'x', description: 'x'.repeat(1001) }, 'description'],
    ['under a slug that is taken', { name: 'x', slug: 'makers' }, 'slug'],
    ['under a slug that means something else', { name: 'x', slug: 'new' }, 'slug'],
    ['with a field that does not exist', { name: 'x', ownerId: 'me' }, 'ownerId'],
  ])('%s is refused by name of the field', async (_, form, field) => {
    const { status, body } = await crew.owner.post<Refused>('/api/teams', form);
    expect(status).toBe(422);
    expect(Object.keys(body.error.fields ?? {})).toEqual([field]);
  });

  it('keeps what was typed when it is refused', async () => {
    const form = { name: 'My <idea>', slug: 'makers', description: 'Why' };
    const { status, text } = await crew.owner.submit('/teams', form);
    expect(status).toBe(422);
    expect(text).toContain('value="My &lt;idea&gt;"');
    expect(text).toContain('Why</textarea>');
    expect(text).toContain('is taken');
  });
});

describe('The list of teams', () => {
  const names = async (path = '/api/teams?limit=200', who = crew.owner) =>
    (await who.get<Page>(path)).body.items.map(({ name }) => name);

  it('has one’s own teams with one’s role, and all of them for an administrator', async () => {
    const { body } = await crew.reporter.get<Page>('/api/teams');
    expect(body.items).toMatchObject([{ name: 'Makers', role: 'Reporter', counts: { members: 3 } }]);
    expect(await names('/api/teams', crew.nobody)).toEqual([]);
    expect(await names('/api/teams?limit=200', crew.admin)).toEqual(await names());
  });

  it('finds by a part of the name and takes % as it is', async () => {
    await named('100% done');
    expect(await names('/api/teams?q=MAK')).toEqual(['Makers']);
    expect(await names('/api/teams?q=%25')).toEqual(['100% done']);
  });

  it('goes on where the page before ended', async () => {
    const all = await names();
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: Page } = await crew.owner.get<Page>(`/api/teams?limit=2${cursor && `&cursor=${cursor}`}`);
      found.push(...body.items.map(({ name }) => name));
      cursor = body.nextCursor;
    }
    expect(found).toEqual(all);
    expect((await crew.owner.get('/api/teams?cursor=nonsense')).status).toBe(422);
  });

  it('invites a person without teams to create one', async () => {
    expect((await crew.nobody.page('/teams')).text).toContain('Create your first team');
  });

  it('answers a search as rows only when htmx asks', async () => {
    const { text } = await crew.owner.get('/teams?q=makers', { fragment: true });
    expect(text.trim()).toMatch(/^<tr id="team_/);
    expect(text).not.toContain('<html');
  });
});

describe('A team', () => {
  it('is found by slug and by id', async () => {
    const bySlug = await crew.reporter.get('/api/teams/makers');
    expect(bySlug.body).toMatchObject({ id: crew.teamId, slug: 'makers', role: 'Reporter' });
    expect((await crew.reporter.get(`/api/teams/${crew.teamId}`)).body).toEqual(bySlug.body);
  });

  it('can be changed field by field, but not to a slug that is taken', async () => {
    const { id } = await named('To change');
    const changed = await crew.owner.patch(`/api/teams/${id}`, { slug: 'changed' });
    expect(changed.body).toMatchObject({ id, name: 'To change', slug: 'changed' });
    expect((await crew.owner.get('/api/teams/to-change')).status).toBe(404);
    const again = await crew.owner.submit('/teams/changed?_method=PATCH', { name: 'Typed', slug: 'makers' });
    expect(again.status).toBe(422);
    expect(again.text).toContain('value="Typed"');
    expect((await crew.owner.patch(`/api/teams/${id}`, { name: null })).status).toBe(422);
  });

  it('shows who is in it, and to an administrator that they are not', async () => {
    const { text } = await crew.reporter.page('/teams/makers');
    for (const name of ['Otto Owner', 'The Developer', 'The Reporter', 'Leave team']) expect(text).toContain(name);
    const seen = await crew.admin.page('/teams/makers');
    expect(seen.text).toContain('Administrator');
    expect(seen.text).not.toContain('Leave team');
  });

  it('is deleted by an Owner who types its slug', async () => {
    await named('To delete');
    expect((await crew.owner.page('/teams/to-delete/settings')).text).toContain('pattern="to-delete"');
    const gone = await crew.owner.submit('/teams/to-delete?_method=DELETE', {});
    expect([gone.status, gone.headers.get('location')]).toEqual([303, '/teams']);
    expect((await crew.owner.get('/api/teams/to-delete')).status).toBe(404);
  });

  it('lists its members page by page', async () => {
    const { slug } = await named('Large');
    for (const name of ['Ann One', 'Ann Two', 'Ben Three']) {
      await newcomer(crew.app, name);
      const email = `${name.toLowerCase().replace(' ', '.')}@example.com`;
      await crew.owner.post(`/api/teams/${slug}/members`, { email, role: 'Reporter' });
    }
    const path = `/teams/${slug}/members`;
    const first = await crew.owner.get<Page>(`/api${path}?limit=2`);
    const rest = await crew.owner.get<Page>(`/api${path}?limit=2&cursor=${first.body.nextCursor}`);
    const all = [...first.body.items, ...rest.body.items].map(({ name }) => name);
    expect(all).toEqual(['Ann One', 'Ann Two', 'Ben Three', 'Otto Owner']);
    expect(rest.body.nextCursor).toBeNull();
    const { text } = await crew.owner.get(`${path}?q=ANN`, { fragment: true });
    expect(text.match(/<tr id="member_/g)).toHaveLength(2);
  });
});
