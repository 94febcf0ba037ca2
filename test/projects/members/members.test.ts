import { DataSource } from 'typeorm';
import { afterAll, beforeEach, beforeAll, describe, expect, it } from 'vitest';
import { Deeds, type Deed } from '../../../src/shared/events/index.js';
import type { As } from '../../support/client.js';
import { startTeam, type Team } from '../team.js';

interface Member {
  readonly userId: string;
  readonly email: string;
  readonly role: string;
  readonly source: string;
  readonly teams: { name: string }[];
  readonly expiresAt: string | null;
}

const MEMBERS = '/api/projects/demo/members';

let team: Team;
let ids: Record<'owner' | 'developer' | 'reporter' | 'nobody' | 'admin', string>;
const deeds: Deed[] = [];

beforeAll(async () => {
  team = await startTeam();
  team.app.nest.get(Deeds).listen((_, deed) => Promise.resolve(void deeds.push(deed)));
  const idOf = async (who: As) => (await who.get<{ id: string }>('/api/auth/me')).body.id;
  ids = {
    owner: await idOf(team.owner),
    developer: await idOf(team.developer),
    reporter: await idOf(team.reporter),
    nobody: await idOf(team.nobody),
    admin: await idOf(team.admin),
  };
});
afterAll(() => team.app.close());

const sql = (text: string, values: unknown[] = []) => team.app.nest.get(DataSource).query<object[]>(text, values);
const list = async (query = '') =>
  (await team.owner.get<{ items: Member[]; nextCursor: string | null }>(MEMBERS + query)).body;
const seesProject = async (who: As) => (await who.get('/api/projects/demo')).status === 200;

beforeEach(async () => {
  deeds.length = 0;
  await sql('DELETE FROM project_members');
  for (const [name, role] of [
    ['owner', 'Owner'],
    ['developer', 'Developer'],
    ['reporter', 'Reporter'],
  ] as const) {
    await sql('INSERT INTO project_members (project_id, user_id, role) VALUES ($1, $2, $3)', [
      team.projectId,
      ids[name],
      role,
    ]);
  }
});

describe('The members of a project', () => {
  it('are shown to all of them, and to nobody else', async () => {
    for (const who of [team.reporter, team.developer, team.owner, team.admin]) {
      const { body } = await who.get<{ items: Member[] }>(MEMBERS);
      expect(body.items.map(({ role }) => role).toSorted()).toEqual(['Developer', 'Owner', 'Reporter']);
    }
    expect((await team.nobody.get(MEMBERS)).status).toBe(404);
    expect((await team.reporter.page('/projects/demo/members')).text).not.toContain('name="role"');
    expect((await team.owner.page('/projects/demo/members')).text).toContain('name="role"');
  });

  it('are found by name or address, sorted, and page by page', async () => {
    expect((await list('?q=DEVELOPER@')).items.map(({ userId }) => userId)).toEqual([ids.developer]);
    expect((await list('?sort=role')).items.map(({ role }) => role)).toEqual(['Owner', 'Developer', 'Reporter']);
    for (const sort of ['name', 'role', 'joined']) {
      const first = await list(`?sort=${sort}&limit=2`);
      const second = await list(`?sort=${sort}&limit=2&cursor=${first.nextCursor}`);
      expect(new Set([...first.items, ...second.items].map(({ userId }) => userId)).size).toBe(3);
      expect([first.nextCursor === null, second.nextCursor]).toEqual([false, null]);
    }
    expect((await team.owner.get(`${MEMBERS}?sort=shoe`)).status).toBe(422);
  });

  it('are added by an Owner, see the project at once, and stand in the feed', async () => {
    const added = await team.owner.post(MEMBERS, {
      email: 'NORA@example.com',
      role: 'Developer',
      invitedAs: 'external',
    });
    expect([added.status, added.body]).toMatchObject([
      201,
      { userId: ids.nobody, role: 'Developer', source: 'external' },
    ]);
    expect(await seesProject(team.nobody)).toBe(true);
    expect(deeds).toMatchObject([{ type: 'member.added', by: { id: ids.owner }, object: { id: ids.nobody } }]);
    const again = await team.owner.post(MEMBERS, { email: 'nora@example.com' });
    expect([again.status, again.body]).toMatchObject([
      409,
      { error: { fields: { email: expect.any(String) as string } } },
    ]);
  });

  it.each(['developer', 'reporter'] as const)('are not managed by a %s', async (who) => {
    expect((await team[who].post(MEMBERS, { email: 'nora@example.com' })).status).toBe(403);
    expect((await team[who].patch(`${MEMBERS}/${ids.owner}`, { role: 'Reporter' })).status).toBe(403);
    expect((await team[who].delete(`${MEMBERS}/${ids.owner}`)).status).toBe(403);
    expect((await team[who].post('/api/projects/demo/transfer', { userId: ids[who] })).status).toBe(403);
  });

  it('lose what their new role does not include, at once', async () => {
    expect((await team.developer.post('/api/projects/demo/api-keys', { name: 'k' })).status).toBe(201);
    expect((await team.owner.patch(`${MEMBERS}/${ids.developer}`, { role: 'Reporter' })).body).toMatchObject({
      role: 'Reporter',
    });
    expect((await team.developer.post('/api/projects/demo/api-keys', { name: 'k' })).status).toBe(403);
    expect(deeds.at(-1)).toMatchObject({
      type: 'member.role_changed',
      changes: [{ field: 'role', from: 'Developer', to: 'Reporter' }],
    });
  });

  it('are gone when they are removed, leave, or their time is over', async () => {
    expect((await team.owner.delete(`${MEMBERS}/${ids.developer}`)).status).toBe(204);
    expect(await seesProject(team.developer)).toBe(false);
    expect((await team.reporter.delete(`${MEMBERS}/${ids.reporter}`)).status).toBe(204);
    expect(await seesProject(team.reporter)).toBe(false);
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    expect((await team.owner.post(MEMBERS, { email: 'nora@example.com', expiresAt: soon })).body).toMatchObject({
      expiresAt: soon,
    });
    await sql(`UPDATE project_members SET expires_at = now() - interval '1 s' WHERE user_id = $1`, [ids.nobody]);
    expect(await seesProject(team.nobody)).toBe(false);
    expect((await team.owner.post(MEMBERS, { email: 'nora@example.com' })).status).toBe(201);
    expect(deeds.map(({ type }) => type)).toEqual(['member.removed', 'member.left', 'member.added', 'member.added']);
    const past = await team.owner.patch(`${MEMBERS}/${ids.nobody}`, { expiresAt: '2020-01-01' });
    expect([past.status, past.body]).toMatchObject([
      422,
      { error: { fields: { expiresAt: expect.any(String) as string } } },
    ]);
  });

  it('who are in by a team are shown with it, and changed there', async () => {
    const [row] = (await sql(`INSERT INTO teams (slug, name) VALUES ('crew', 'Crew') RETURNING id`)) as {
      id: string;
    }[];
    await sql(`INSERT INTO team_members (team_id, user_id, role) VALUES ($1, $2, 'Owner')`, [row?.id, ids.nobody]);
    await sql(`INSERT INTO project_teams (project_id, team_id, role) VALUES ($1, $2, 'Developer')`, [
      team.projectId,
      row?.id,
    ]);
    expect((await list('?q=nora')).items).toMatchObject([
      { role: 'Developer', source: 'team', teams: [{ name: 'Crew' }] },
    ]);
    expect((await team.owner.patch(`${MEMBERS}/${ids.nobody}`, { role: 'Reporter' })).status).toBe(409);
    await sql('DELETE FROM teams');
    expect(await seesProject(team.nobody)).toBe(false);
  });
});

describe('The last Owner', () => {
  it('is neither demoted, removed nor limited in time, and cannot leave', async () => {
    const own = `${MEMBERS}/${ids.owner}`;
    for (const form of [{ role: 'Developer' }, { expiresAt: '2999-01-01' }]) {
      const { status, body } = await team.owner.patch(own, form);
      expect([status, body]).toMatchObject([409, { error: { code: 'conflict' } }]);
    }
    for (const who of [team.owner, team.admin]) expect((await who.delete(own)).status).toBe(409);
    expect(await list()).toMatchObject({ items: { length: 3 } });
  });

  it('is left when two Owners go at once', async () => {
    for (let round = 0; round < 10; round++) {
      await sql(`UPDATE project_members SET role = 'Owner' WHERE user_id IN ($1, $2)`, [ids.owner, ids.developer]);
      const answers = await Promise.all([
        team.admin.patch(`${MEMBERS}/${ids.owner}`, { role: 'Reporter' }),
        round % 2
          ? team.admin.patch(`${MEMBERS}/${ids.developer}`, { role: 'Reporter' })
          : team.developer.patch(`${MEMBERS}/${ids.developer}`, { role: 'Reporter' }),
      ]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      expect((await list()).items.filter(({ role }) => role === 'Owner')).toHaveLength(1);
    }
  });

  it('gives the project to another member and stays as Developer', async () => {
    expect((await team.owner.post('/api/projects/demo/transfer', { userId: ids.nobody })).status).toBe(422);
    expect((await team.owner.post('/api/projects/demo/transfer', { userId: ids.owner })).status).toBe(422);
    expect((await team.owner.post('/api/projects/demo/transfer', { userId: ids.reporter })).status).toBe(204);
    const roles = Object.fromEntries((await list()).items.map(({ userId, role }) => [userId, role]));
    expect([roles[ids.owner], roles[ids.reporter]]).toEqual(['Developer', 'Owner']);
    expect(deeds.at(-1)).toMatchObject({ type: 'project.transferred' });
  });
});

describe('A favorite', () => {
  it('is one’s own, and comes first in the switcher', async () => {
    await team.owner.post('/api/projects', { name: 'A first one' });
    expect((await team.owner.put('/api/projects/demo/favorite', {})).status).toBe(204);
    expect((await team.owner.put('/api/projects/demo/favorite', {})).status).toBe(204);
    const names = async (who: As, query: string) =>
      (await who.get<{ items: { slug: string; favorite: boolean }[] }>(`/api/projects${query}`)).body.items.map(
        ({ slug, favorite }) => `${slug} ${favorite}`,
      );
    expect((await names(team.owner, '?section=servers'))[0]).toBe('demo true');
    expect(await names(team.reporter, '')).toEqual(['demo false']);
    const fragment = await team.owner.get('/projects?section=servers', { fragment: true });
    expect(fragment.text).toContain('href="/projects/demo/servers"');
    expect((await team.owner.delete('/api/projects/demo/favorite')).status).toBe(204);
    expect(await names(team.owner, '')).toContain('demo false');
    expect((await team.nobody.put('/api/projects/demo/favorite', {})).status).toBe(404);
  });
});
