import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Facts, ProjectFacts } from '../../src/projects/index.js';
import { Events } from '../../src/shared/events/index.js';
import { startTeam, type Team } from './team.js';

let team: Team;
let known: Partial<Facts> = {};

beforeAll(async () => {
  team = await startTeam();
  team.app.nest.get(ProjectFacts).register((ids) => Promise.resolve(new Map(ids.map((id) => [id, known]))));
});
afterAll(() => team.app.close());

async function checklist(): Promise<{ done: number; text: string }> {
  const { text } = await team.owner.get('/projects/demo', { fragment: true });
  return { text, done: text.match(/class="is-done"/g)?.length ?? 0 };
}

it('The checklist of a new project ticks by itself until the first call is recorded', async () => {
  expect((await checklist()).done).toBe(0);

  known = { servers: 1 };
  expect((await checklist()).done).toBe(1);

  const made = await team.owner.post<{ apiKey: { id: string } }>('/api/projects/demo/api-keys', { name: 'k' });
  expect((await checklist()).done).toBe(2);

  const use = { apiKeyId: made.body.apiKey.id, at: new Date(), ip: null, client: 'cline 3.1' };
  team.app.nest.get(Events).emit('key.used', use);
  await expect
    .poll(checklist, { timeout: 3000 })
    .toMatchObject({ done: 3, text: expect.stringContaining('cline 3.1') as string });
  expect((await checklist()).text).toContain('hx-trigger="every 2s"');

  known = { servers: 1, lastCallAt: new Date() };
  const { done, text } = await checklist();
  expect(done).toBe(4);
  expect(text).toContain('Everything works');
  expect(text).not.toContain('hx-trigger');

  const page = await team.owner.page('/projects/demo');
  expect(page.text).not.toContain('Getting started');
});

it('What other modules know is counted in the JSON of a project', async () => {
  known = { servers: 3, calls24h: 42, lastCallAt: new Date('2026-01-02T03:04:05Z') };
  const { body } = await team.reporter.get('/api/projects/demo');
  expect(body).toMatchObject({
    counts: { members: 3, servers: 3, calls24h: 42 },
    lastCallAt: '2026-01-02T03:04:05.000Z',
  });
});

it('Steps that a role may not take have no button', async () => {
  known = {};
  const { text } = await team.reporter.get('/projects/demo', { fragment: true });
  expect(text).toContain('Add a server');
  expect(text).not.toContain('/servers/new');
});
