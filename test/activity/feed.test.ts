import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeIdAt } from '../../src/shared/time-id.js';
import { startApp, type TestApp } from '../support/app.js';
import { signUp } from '../support/cast.js';
import type { As } from '../support/client.js';
import { scene } from '../support/scene.js';
import { brief, type Feed, feedOf } from './feed-scene.js';

const ALL = '/api/admin/activities';
const away = { transport: 'streamable-http', url: 'http://127.0.0.1:9/mcp' };

let app: TestApp;
let ada: As;
let otto: As;
let nora: As;

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
  otto = await signUp(app, 'otto');
  nora = await signUp(app, 'nora');
  await otto.post('/api/projects', { name: 'Web', slug: 'web' });
  await otto.post('/api/projects/web/servers', { name: 'shop', ...away });
  await otto.patch('/api/projects/web/servers/shop', { timeoutMs: 5000, headers: { 'X-Key': 'secret' } });
});

afterAll(() => app.close());

const query = <Row>(sql: string, values: unknown[] = []) => app.nest.get(DataSource).query<Row[]>(sql, values);
const idOf = async (who: As) => (await who.get<{ id: string }>('/api/auth/me')).body.id;

/** Activities of long ago, one an hour, the newest first. */
async function history(slug: string, count: number, newest = Date.parse('2026-03-10T20:30:00Z')): Promise<string[]> {
  const [project] = await query<{ id: string }>('SELECT id FROM projects WHERE slug = $1', [slug]);
  const [who, ids]: [string, string[]] = [await idOf(ada), []];
  for (let hour = 0; hour < count; hour++) {
    const at = new Date(newest - hour * 3_600_000);
    ids.push(timeIdAt(at));
    await query(
      `INSERT INTO activities (id, at, type, actor_id, actor_name, project_id, object_type, object_name)
       VALUES ($1, $2, 'server.restarted', $3, 'Ada Admin', $4, 'server', $5)`,
      [ids.at(-1), at, who, project?.id, `old-${hour}`],
    );
  }
  return ids;
}

describe('The feed of a project', () => {
  it('is for everybody of the project and administrators, and for nobody else', async () => {
    const told = ['server.updated shop', 'server.created shop', 'project.created Web'];
    expect((await feedOf(otto, '/api/projects/web/activities')).map(brief)).toEqual(told);
    expect((await feedOf(ada, '/api/projects/web/activities')).map(brief)).toEqual(told);
    expect((await nora.get('/api/projects/web/activities')).status).toBe(404);
    expect((await nora.page('/projects/web/activities')).status).toBe(404);
    expect((await otto.get('/api/projects/demo/activities')).status).toBe(404);
    await query(
      `INSERT INTO project_members (project_id, user_id, role)
       SELECT id, $1, 'Reporter' FROM projects WHERE slug = 'web'`,
      [await idOf(nora)],
    );
    expect((await feedOf(nora, '/api/projects/web/activities')).map(brief)).toEqual(told);
  });

  it('is a page, a fragment and JSON', async () => {
    const page = await otto.page('/projects/web/activities');
    expect(page.status).toBe(200);
    expect(page.text).toContain('<!doctype html>');
    expect(page.text.replaceAll(/\s+/g, ' ')).toContain(
      '<strong>Otto Owner</strong> changed the server <strong>shop</strong>',
    );
    expect(page.text).toContain('60000 → 5000');
    expect(page.text.replaceAll(/<[^>]+>/g, '')).toContain('headers.X-Key changed');
    expect(page.text).not.toContain('secret');
    expect(page.text).toMatch(/class="sidenav-link" href="\/projects\/web\/activities" aria-current="page"/);

    const fragment = await otto.get('/projects/web/activities', { fragment: true });
    expect(fragment.text).toContain('created the server');
    expect(fragment.text).not.toMatch(/<!doctype|<form/);

    const { body } = await otto.get<Feed>('/api/projects/web/activities?type=project');
    expect(body).toMatchObject({
      items: [{ type: 'project.created', actor: { id: await idOf(otto), name: 'Otto Owner' }, changes: [] }],
      nextCursor: null,
    });
  });

  it('stands on the overview, the newest first, with the way to all of it', async () => {
    const overview = await otto.page('/projects/web');
    expect(overview.text).toContain('hx-get="/projects/web/activities?limit=5"');
    const card = await otto.get('/projects/web/activities?limit=1', { fragment: true });
    expect(card.text.match(/<article/g)).toHaveLength(1);
    expect(card.text).toContain('href="/projects/web/activities"');
    expect(card.text).not.toContain('Load older');
  });

  it('shows names as text', async () => {
    await otto.post('/api/projects', { name: '<b>bold</b>', slug: 'bold' });
    const { text } = await otto.page('/projects/bold/activities');
    expect(text).toContain('&lt;b&gt;bold&lt;/b&gt;');
    expect(text).not.toContain('<b>bold</b>');
  });

  it('says that nothing was done, and that nothing matches, as different things', async () => {
    await query(`INSERT INTO projects (slug, name) VALUES ('still', 'Still')`);
    expect((await ada.page('/projects/still/activities')).text).toContain('Nothing was done yet');
    const { text } = await otto.page('/projects/web/activities?type=key');
    expect(text).toContain('Nothing matches');
    expect(text).not.toContain('Nothing was done yet');
  });
});

describe('A long feed', () => {
  let ids: string[];

  beforeAll(async () => {
    await ada.post('/api/projects', { name: 'Long', slug: 'long' });
    ids = await history('long', 60);
  });

  const LONG = '/api/projects/long/activities';

  it('goes on by cursor without a gap or a repetition, whatever is done meanwhile', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null && page < 10; page++) {
      const { body }: { body: Feed } = await ada.get<Feed>(`${LONG}?type=server.restarted&limit=17&cursor=${cursor}`);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
      await ada.post('/api/projects/long/servers', { name: `new-${page}`, ...away });
    }
    expect(seen).toEqual(ids);
  });

  it('says each day once, also where a day goes on in the next part', async () => {
    const first = await ada.get('/projects/long/activities?type=server.restarted&limit=30', { html: true });
    const href = /class="older"><a [^>]*href="([^"]*)"/.exec(first.text)?.[1] ?? '';
    const older = href.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
    const days = (text: string) => [...text.matchAll(/class="feed-day">(\S+)/g)].map(([, day]) => day);
    expect(days(first.text)).toEqual(['2026-03-10', '2026-03-09']);
    expect(days((await ada.get(older, { fragment: true })).text)).toEqual(['2026-03-08']);
    expect(days((await ada.page(older)).text)).toEqual(['2026-03-09', '2026-03-08']);
  });

  it('is filtered by person, kind, type and time', async () => {
    const namesAt = async (search: string) => (await feedOf(ada, `${LONG}?${search}`)).map(({ object }) => object.name);
    expect(await namesAt('from=2026-03-10T18:00:00Z&to=2026-03-10')).toEqual(['old-0', 'old-1', 'old-2']);
    expect(await namesAt('from=2026-03-10&to=2026-03-10&limit=200')).toHaveLength(21);
    expect(await namesAt('range=1h&type=server.restarted')).toEqual([]);
    expect(await namesAt('type=project')).toEqual(['Long']);
    expect(await namesAt('type=project.created,key.created')).toEqual(['Long']);
    expect(await namesAt('type=serv')).toEqual([]);
    expect(await namesAt(`actor=${await idOf(ada)}&limit=3&type=project`)).toEqual(['Long']);
    expect(await namesAt(`actor=${await idOf(otto)}`)).toEqual([]);
    expect(await namesAt('actor=aDa+ad&type=project')).toEqual(['Long']);
    expect(await namesAt('actor=%25')).toEqual([]);
  });

  it('names what is wrong with a filter', async () => {
    for (const [search, field] of [
      ['type=SERVER', 'type'],
      ['from=yesterday', 'from'],
      ['from=2026-03-10&to=2026-03-09', 'to'],
      ['range=1y', 'range'],
      ['cursor=nonsense', 'cursor'],
      ['limit=1000', 'limit'],
    ] as const) {
      const { status, body } = await ada.get<{ error: { fields: object } }>(`${LONG}?${search}`);
      expect([search, status, Object.keys(body.error.fields)]).toEqual([search, 422, [field]]);
    }
    const page = await ada.page('/projects/long/activities?from=yesterday');
    expect(page.status).toBe(422);
    expect(page.text).toContain('The filter could not be applied');
  });
});

describe('The feed of the instance', () => {
  it('is for administrators', async () => {
    expect((await otto.get(ALL)).status).toBe(403);
    expect((await otto.page('/admin/activities')).status).toBe(403);
    expect((await otto.page('/projects')).text).not.toContain('href="/admin');
    expect((await ada.page('/admin')).text).toContain('href="/admin/activities"');
  });

  it('says where things were done, also in projects that are deleted, which nobody else sees any more', async () => {
    await otto.post('/api/projects', { name: 'Gone', slug: 'gone' });
    await otto.post('/api/projects/gone/servers', { name: 'inside', ...away });
    await otto.delete('/api/projects/gone');
    await nora.post('/api/projects', { name: 'Gone again', slug: 'gone' });

    const feed = await feedOf(ada, `${ALL}?actor=Otto`);
    expect(feed.slice(0, 3).map(brief)).toEqual([
      'project.deleted Gone',
      'server.created inside',
      'project.created Gone',
    ]);
    expect(feed[0]?.project).toMatchObject({ slug: null, name: null });
    const page = await ada.page('/admin/activities');
    expect(page.text).toContain('in a project that is deleted');
    expect(page.text).toContain('href="/projects/web/activities">Web</a>');
    expect((await feedOf(nora, '/api/projects/gone/activities')).map(brief)).toEqual(['project.created Gone again']);
    expect((await otto.get('/api/projects/gone/activities')).status).toBe(404);
  });

  it('has what concerns no project', async () => {
    const [activity] = await feedOf(ada, `${ALL}?type=user&actor=Nora`);
    expect(activity).toMatchObject({ type: 'user.signed_up', project: null, object: { name: 'Nora Nobody' } });
  });
});
