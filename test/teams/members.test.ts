import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deed, Deeds } from '../../src/shared/events/index.js';
import { people } from '../support/cast.js';
import type { As } from '../support/client.js';
import { type Crew, emailOf, idOf, joined, newcomer, startCrew } from './crew.js';

interface Refused {
  readonly error: { readonly code: string; readonly message: string; readonly fields?: Record<string, string> };
}

let crew: Crew;
const deeds: Deed[] = [];

beforeAll(async () => {
  crew = await startCrew();
  crew.app.nest.get(Deeds).listen((_, deed) => Promise.resolve(void deeds.push(deed)));
});
afterAll(() => crew.app.close());

const members = '/api/teams/makers/members';

describe('Adding a member', () => {
  it('takes in somebody who has signed up, however the address is written', async () => {
    const newOne = await newcomer(crew.app, 'New One');
    const { status, body } = await crew.owner.post(members, { email: ' NEW.one@Example.com ', role: 'Developer' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      userId: await idOf(newOne),
      name: 'New One',
      email: 'new.one@example.com',
      role: 'Developer',
      source: 'direct',
      expiresAt: null,
    });
    expect((await newOne.get('/api/teams/makers')).body).toMatchObject({ role: 'Developer' });
    expect(deeds.at(-1)).toMatchObject({
      type: 'member.added',
      by: { name: 'Otto Owner' },
      teamId: crew.teamId,
      object: { type: 'member', name: 'New One' },
      changes: [{ field: 'role', from: null, to: 'Developer' }],
    });
  });

  it('says what to do when nobody has the address', async () => {
    const sent = { email: 'not.here@example.com', role: 'Reporter' };
    const { status, body } = await crew.owner.post<Refused>(members, sent);
    expect(status).toBe(422);
    expect(body.error.fields?.['email']).toContain('let them sign up first');
    const form = await crew.owner.submit('/teams/makers/members', sent);
    expect(form.status).toBe(422);
    expect(form.text).toContain('value="not.here@example.com"');
    expect(form.text).toContain('The Reporter');
  });

  it('is refused for somebody who is in the team already, also when two add at once', async () => {
    await newcomer(crew.app, 'Twice Added');
    const sent = { email: emailOf('Twice Added'), role: 'Reporter' };
    const answers = await Promise.all([
      crew.owner.post<Refused>(members, sent),
      crew.admin.post<Refused>(members, sent),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body.error.message).toBe('Twice Added is in the team already: change the role in the list.');
  });

  it.each([
    [{ email: 'x@example.com', role: 'King' }, 'role'],
    [{ role: 'Owner' }, 'email'],
    [{ email: { $ne: 1 }, role: 'Owner' }, 'email'],
  ])('names the field that is wrong in %j', async (form, field) => {
    const { status, body } = await crew.owner.post<Refused>(members, form);
    expect([status, ...Object.keys(body.error.fields ?? {})]).toEqual([422, field]);
  });
});

describe('A member', () => {
  it('gets another role, from the list by htmx too', async () => {
    await joined(crew.app, crew.owner, 'makers', 'Reporter', 'Rising Star');
    const { body } = await crew.owner.get<{ items: { userId: string }[] }>(`${members}?q=rising`);
    const path = `/teams/makers/members/${body.items[0]?.userId}`;
    const fragment = await crew.owner.patch(path, { role: 'Developer' }, { fragment: true });
    expect(fragment.text.trim()).toMatch(/^<tr id="member_/);
    expect(fragment.headers.get('hx-trigger')).toContain('Rising Star is Developer now.');
    const told = deeds.at(-1);
    expect(told).toMatchObject({ type: 'member.role_changed', changes: [{ from: 'Reporter', to: 'Developer' }] });
    await crew.owner.patch(`/api${path}`, { role: 'Developer' });
    expect(deeds.at(-1)).toBe(told);
  });

  it('leaves, and sees the team no longer', async () => {
    const leaving = await joined(crew.app, crew.owner, 'makers', 'Reporter', 'Le Aving');
    const { status, headers } = await leaving.submit(`/teams/makers/members/${await idOf(leaving)}?_method=DELETE`, {});
    expect([status, headers.get('location')]).toEqual([303, '/teams']);
    expect((await leaving.get('/api/teams/makers')).status).toBe(404);
    expect(deeds.at(-1)).toMatchObject({ type: 'member.left', object: { name: 'Le Aving' } });
  });

  it('is removed by an Owner, and only once', async () => {
    const gone = await joined(crew.app, crew.owner, 'makers', 'Developer', 'Go Ne');
    const path = `${members}/${await idOf(gone)}`;
    expect((await crew.owner.delete(path)).status).toBe(204);
    expect((await gone.get('/api/teams/makers')).status).toBe(404);
    expect(deeds.at(-1)).toMatchObject({ type: 'member.removed' });
    expect((await crew.owner.delete(path)).status).toBe(404);
    expect((await crew.owner.patch(path, { role: 'Owner' })).status).toBe(404);
  });

  it.each([randomUUID(), 'me', '%00'])('%s is nobody', async (id) => {
    expect((await crew.owner.delete(`${members}/${id}`)).status).toBe(404);
  });
});

/** Sends both and lets neither decide before both wait for the team: then they act at the same moment. */
async function whileLocked<Answer>(teamId: string, send: () => Promise<Answer>[]): Promise<Answer[]> {
  const dataSource = crew.app.nest.get(DataSource);
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const sent = await dataSource.transaction(async (manager) => {
    await manager.query('SELECT FROM teams WHERE id = $1 FOR UPDATE', [teamId]);
    const answers = send();
    await expect.poll(() => dataSource.query<object[]>(waiting), { timeout: 10_000 }).toHaveLength(2);
    return { answers };
  });
  return Promise.all(sent.answers);
}

describe('The last Owner', () => {
  it('can neither be demoted, nor be removed, nor leave', async () => {
    const path = `${members}/${await idOf(crew.owner)}`;
    const byOneself = await crew.owner.patch<Refused>(path, { role: 'Developer' });
    expect(byOneself.status).toBe(409);
    expect(byOneself.body.error.message).toContain('You are the last Owner of the team "Makers"');
    const leaving = await crew.owner.delete<Refused>(path);
    expect([leaving.status, leaving.body.error.code]).toEqual([409, 'conflict']);
    const removed = await crew.admin.delete<Refused>(path);
    expect(removed.body.error.message).toContain('Otto Owner is the last Owner');
    expect((await crew.admin.page('/teams/makers/members')).text).toContain('The last Owner: make somebody else');
  });

  const demote = (id: string) => (who: As, team: string) => who.patch(`${team}/members/${id}`, { role: 'Reporter' });
  const leave = (id: string) => (who: As, team: string) => who.delete(`${team}/members/${id}`);
  const vanish = () => (who: As) => who.delete('/api/profile', { password: people.nora.password });

  it.each([
    ['demote each other', demote, 'other', demote],
    ['step down', demote, 'self', demote],
    ['leave', leave, 'self', leave],
    ['leave and delete the account', leave, 'self', vanish],
  ] as const)(
    'is left when two Owners %s at once: one wins, the other is told why not',
    async (what, first, whom, second) => {
      const slug = what.replaceAll(' ', '-');
      const one = await newcomer(crew.app, `One ${what}`);
      const { id } = (await one.post<{ id: string }>('/api/teams', { name: what, slug })).body;
      const two = await joined(crew.app, one, slug, 'Owner', `Two ${what}`);
      const [idOfOne, idOfTwo] = [await idOf(one), await idOf(two)];
      const [toFirst, toSecond] = whom === 'self' ? [idOfOne, idOfTwo] : [idOfTwo, idOfOne];
      const team = `/api/teams/${slug}`;
      const answers = await whileLocked(id, () => [first(toFirst)(one, team), second(toSecond)(two, team)]);
      expect(answers.map(({ status }) => status < 300)).toContain(true);
      const refused = answers.find(({ status }) => status === 409);
      expect((refused?.body as Refused | undefined)?.error.message).toContain('last Owner');
      const { body } = await crew.admin.get<{ items: { role: string }[] }>(`${team}/members`);
      expect(body.items.filter(({ role }) => role === 'Owner')).toHaveLength(1);
    },
  );

  it('cannot delete the account, until somebody else is an Owner', async () => {
    const founder = await newcomer(crew.app, 'Foun Der');
    await founder.post('/api/teams', { name: 'Founded' });
    const { password } = people.nora;
    const refused = await founder.delete<Refused>('/api/profile', { password });
    expect(refused.status).toBe(409);
    expect(refused.body.error.message).toContain('You are the last Owner of the team "Founded"');
    await joined(crew.app, founder, 'founded', 'Owner', 'Heir Ess');
    expect((await founder.delete('/api/profile', { password })).status).toBe(204);
    const { body } = await crew.admin.get<{ counts: object }>('/api/teams/founded');
    expect(body.counts).toMatchObject({ members: 1 });
  });
});
