import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Crew, startCrew } from '../teams/crew.js';

const FEED = '/api/teams/makers/activities';

let crew: Crew;

beforeAll(async () => {
  crew = await startCrew();
});
afterAll(() => crew.app.close());

it("a team's feed tells its members what was done in it, and strangers that there is none", async () => {
  await crew.owner.patch('/api/teams/makers', { description: 'We make things' });
  for (const who of [crew.reporter, crew.owner, crew.admin]) {
    const { body } = await who.get<{ items: { type: string; actor: { name: string } }[] }>(FEED);
    expect(body.items[0]).toMatchObject({ type: 'team.updated', actor: { name: 'Otto Owner' } });
    expect(new Set(body.items.map(({ type }) => type))).toEqual(
      new Set(['team.updated', 'member.added', 'team.created']),
    );
  }
  expect((await crew.nobody.get(FEED)).status).toBe(404);
  expect((await crew.reporter.page('/teams/makers/activities')).text).toContain('Otto Owner');
  expect((await crew.reporter.page('/teams/makers/activities?range=nonsense')).status).toBe(422);
});
