import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Feed, feedOf } from '../activity/feed-scene.js';
import { startApp, type TestApp } from '../support/app.js';
import { people } from '../support/cast.js';
import { As } from '../support/client.js';
import { demandEmpty, seed } from './seed.mjs';

interface Project {
  readonly slug: string;
  readonly counts: { members: number; servers: number; calls24h: number };
}

let app: TestApp;
let ada: As;
let key: string;

const query = (sql: string, values?: unknown[]) =>
  app.nest.get(DataSource).query<Record<string, unknown>[]>(sql, values);

beforeAll(async () => {
  app = await startApp();
  ({ key } = await seed({ url: app.url, query }));
  const { email, password } = people.ada;
  const { body } = await new As(app).post<{ token: string }>('/api/auth/login', { email, password });
  ada = new As(app, body.token);
}, 120_000);

afterAll(() => app.close());

describe('The seed', () => {
  it('fills projects with servers of every status that needs no luck, and with calls of the last days', async () => {
    const { items } = (await ada.get<{ items: Project[] }>('/api/projects')).body;
    expect(items.map(({ slug }) => slug)).toEqual(['data-platform', 'playground', 'web-shop']);
    const servers = (await ada.get<{ items: { name: string; status: string }[] }>('/api/projects/web-shop/servers'))
      .body;
    const statuses = Object.fromEntries(servers.items.map(({ name, status }) => [name, status]));
    const expected = { everything: 'online', memory: 'online', search: 'disabled', tickets: 'needs_secret' };
    expect(statuses).toEqual(expected);
    const calls = '/api/projects/web-shop/tool-call-logs';
    const week = (await ada.get<{ total: number }>(`${calls}/metrics?range=7d`)).body;
    expect(week.total).toBeGreaterThan(200);
    expect((await ada.get<{ items: object[] }>(calls)).body.items.length).toBeGreaterThan(0);
    const sessions = (await ada.get<{ items: object[] }>('/api/projects/web-shop/sessions')).body;
    expect(sessions.items.length).toBeGreaterThan(20);
    expect((await ada.get<{ items: object[] }>('/api/projects/web-shop/logs')).body.items.length).toBeGreaterThan(10);
  });

  it('lets activities have taken days, in the order in which they were done', async () => {
    const feed = await feedOf(ada, '/api/admin/activities?limit=200');
    expect(new Set(feed.map(({ at }) => at.slice(0, 10))).size).toBeGreaterThan(4);
    expect(feed.slice(-5).map(({ type }) => type)).toEqual(Array(5).fill('user.signed_up'));
    const own = (await ada.get<Feed>('/api/projects/web-shop/activities')).body.items.map(({ type }) => type);
    expect(own.at(-1)).toBe('project.created');
    const some = ['team.invited', 'server.imported', 'tool.disabled', 'key.revoked', 'member.removed'];
    expect(own).toEqual(expect.arrayContaining(some));
  });

  it('gives a key that clients may use', async () => {
    const answer = await fetch(`${app.url}/projects/web-shop/unified/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'seed', version: '1' } },
      }),
    });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });

  it('refuses an instance that somebody uses, and changes nothing there', async () => {
    const before = await query('SELECT count(*) FROM activities');
    await expect(demandEmpty(query)).rejects.toThrow('fills only an empty one');
    await expect(seed({ url: app.url, query })).rejects.toThrow('fills only an empty one');
    expect(await query('SELECT count(*) FROM activities')).toEqual(before);
  });
});
