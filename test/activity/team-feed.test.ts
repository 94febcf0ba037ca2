import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { people } from '../support/cast.js';
import { type Crew, startCrew } from '../teams/crew.js';
import { brief, deedsOf, feedOf } from './feed-scene.js';

const FEED = '/api/teams/makers/activities';

let crew: Crew;

beforeAll(async () => {
  crew = await startCrew();
  await crew.nobody.post('/api/projects', { name: 'Alien' });
});

afterAll(() => crew.app.close());

describe('The feed of a team', () => {
  it('is for everybody in the team and administrators, and for nobody else', async () => {
    const told = ['member.added The Reporter', 'member.added The Developer', 'team.created Makers'];
    for (const who of [crew.owner, crew.developer, crew.reporter, crew.admin]) {
      expect((await feedOf(who, FEED)).map(brief)).toEqual(told);
    }
    expect((await crew.nobody.get(FEED)).status).toBe(404);
    expect((await crew.nobody.page('/teams/makers/activities')).status).toBe(404);
    expect((await crew.reporter.page('/teams/makers/activities?range=nonsense')).status).toBe(422);
  });

  it('is a page under the tabs of the team, a fragment on its overview, and JSON', async () => {
    const page = await crew.reporter.page('/teams/makers/activities');
    expect(page.text.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')).toContain(
      'Otto Owner added The Developer as a member',
    );
    expect(page.text).toMatch(/href="\/teams\/makers\/activities" aria-current="page"/);
    expect((await crew.reporter.page('/teams/makers')).text).toContain('hx-get="/teams/makers/activities?limit=5"');
    const card = await crew.reporter.get('/teams/makers/activities?limit=1', { fragment: true });
    expect(card.text.match(/<article/g)).toHaveLength(1);
    expect(card.text).not.toContain('<!doctype');
  });

  it('names the project that the team is in, as long as it is', async () => {
    await crew.owner.post('/api/projects', { name: 'Shop', slug: 'shop' });
    const inFeed = async () => (await feedOf(crew.reporter, `${FEED}?type=team.invited`))[0]?.project;
    await crew.owner.post('/api/projects/shop/teams', { teamId: 'makers', role: 'Developer' });
    expect(await inFeed()).toMatchObject({ slug: 'shop', name: 'Shop' });
    const page = await crew.reporter.page('/teams/makers/activities');
    expect(page.text).toContain('href="/projects/shop/activities">Shop</a>');
    const ofProject = await feedOf(crew.owner, '/api/projects/shop/activities');
    expect(ofProject.map(brief)).toContain('team.invited Makers');

    await crew.owner.delete('/api/projects/shop/teams/makers');
    await crew.owner.patch('/api/projects/shop', { name: 'Renamed secretly' });
    expect(await inFeed()).toMatchObject({ slug: null, name: null });
    expect((await crew.reporter.page('/teams/makers/activities')).text).not.toContain('Renamed secretly');
  });

  it('keeps the name of a team whose description alone is changed', async () => {
    const deeds = await deedsOf(crew.owner, FEED, () =>
      crew.owner.patch('/api/teams/makers', { description: 'Shown' }),
    );
    expect(deeds.map(brief)).toEqual(['team.updated Makers']);
    expect(deeds[0]?.changes).toEqual([{ field: 'description', from: '', to: 'Shown' }]);
  });
});

describe('What is done with people of a project', () => {
  it('is on record with the change of role, and invitations with the address', async () => {
    await crew.owner.post('/api/projects', { name: 'Staffed', slug: 'staffed' });
    const deeds = await deedsOf(crew.owner, '/api/projects/staffed/activities', async () => {
      const { email } = people.nora;
      const members = '/api/projects/staffed/members';
      const added = await crew.owner.post<{ userId: string }>(members, { email, role: 'Reporter' });
      await crew.owner.patch(`${members}/${added.body.userId}`, { role: 'Developer' });
      await crew.owner.post(members, { email: 'eve@example.com', role: 'Reporter' });
      await crew.nobody.delete(`${members}/${added.body.userId}`);
    });
    expect(deeds.map(brief)).toEqual([
      'member.added Nora Nobody',
      'member.role_changed Nora Nobody',
      'invitation.sent eve@example.com',
      'member.left Nora Nobody',
    ]);
    expect(deeds[1]?.changes).toEqual([{ field: 'role', from: 'Reporter', to: 'Developer' }]);
    expect(JSON.stringify(deeds)).not.toMatch(/token|invitations\//);
  });
});
