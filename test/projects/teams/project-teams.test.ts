import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Change, Changes, type Deed, Deeds } from '../../../src/shared/events/index.js';
import type { As } from '../../support/client.js';
import { type Crew, emailOf, idOf, joined, newcomer, startCrew } from '../../teams/crew.js';

interface Refused {
  readonly error: { readonly message: string; readonly fields?: Record<string, string> };
}
type Teams = { items: { teamId: string; slug: string; role: string; members: number }[] };

let crew: Crew;
let projectId: string;
const deeds: Deed[] = [];
const changes: Change[] = [];

/** Nora owns the projects and is in none of Otto's teams; Otto is in none of her projects. */
beforeAll(async () => {
  crew = await startCrew();
  projectId = (await crew.nobody.post<{ id: string }>('/api/projects', { name: 'Demo' })).body.id;
  crew.app.nest.get(Deeds).listen((_, deed) => Promise.resolve(void deeds.push(deed)));
  crew.app.nest.get(Changes).listen((change) => void changes.push(change));
});
afterAll(() => crew.app.close());

const roleIn = async (who: As, project: string) => {
  const { status, body } = await who.get<{ role: string }>(`/api/projects/${project}`);
  return status === 200 ? body.role : status;
};

/** A project of Nora's that Otto's team was invited into by an administrator. */
async function shared(slug: string, role: string, team = 'makers'): Promise<string> {
  const { body } = await crew.nobody.post<{ id: string }>('/api/projects', { name: slug, slug });
  const invited = await crew.admin.post(`/api/projects/${slug}/teams`, { teamId: team, role });
  if (invited.status !== 201) throw new Error(invited.text);
  return body.id;
}

describe('Inviting a team', () => {
  it('gives its people their roles in the project at once, capped by the invitation', async () => {
    expect(await roleIn(crew.owner, 'demo')).toBe(404);
    const { status, body } = await crew.admin.post('/api/projects/demo/teams', {
      teamId: crew.teamId,
      role: 'Developer',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ teamId: crew.teamId, slug: 'makers', name: 'Makers', role: 'Developer', members: 3 });
    expect(await roleIn(crew.owner, 'demo')).toBe('Developer');
    expect(await roleIn(crew.developer, 'demo')).toBe('Developer');
    expect(await roleIn(crew.reporter, 'demo')).toBe('Reporter');
    expect(deeds.at(-1)).toMatchObject({
      type: 'team.invited',
      projectId,
      teamId: crew.teamId,
      object: { type: 'team', name: 'Makers' },
    });
    expect(changes.at(-1)).toEqual({ topic: 'projects', projectId });
  });

  it('is possible once only, also when two invite at once', async () => {
    const sent = { teamId: 'makers', role: 'Owner' };
    const again = await crew.admin.post<Refused>('/api/projects/demo/teams', sent);
    expect([again.status, again.body.error.message]).toEqual([
      409,
      'The team "Makers" is in the project already: change the role in the list.',
    ]);
    const form = await crew.admin.submit('/projects/demo/teams', sent);
    expect([form.status, form.text.includes('is in the project already')]).toEqual([409, true]);
    await crew.nobody.post('/api/projects', { name: 'At once' });
    const both = await Promise.all([1, 2].map(() => crew.admin.post('/api/projects/at-once/teams', sent)));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('needs a team that the Owner is in, and tells nothing of others', async () => {
    const invite = (teamId: unknown) =>
      crew.nobody.post<Refused>('/api/projects/demo/teams', { teamId, role: 'Reporter' });
    const texts: unknown[] = [];
    for (const teamId of ['makers', crew.teamId, 'no-such', 'x'.repeat(64), { $ne: 1 }, undefined]) {
      const { status, body } = await invite(teamId);
      expect(status).toBe(422);
      texts.push(body.error.fields);
    }
    expect(texts.every((fields) => JSON.stringify(fields) === '{"teamId":"Choose a team that you are in."}')).toBe(
      true,
    );
    await crew.nobody.post('/api/teams', { name: 'Noras' });
    expect((await invite('noras')).status).toBe(201);
  });

  it('offers the teams that are not in the project yet', async () => {
    await crew.nobody.post('/api/teams', { name: 'Offered' });
    const { text } = await crew.nobody.page('/projects/demo/teams');
    expect(text.match(/<option value="[0-9a-f-]{36}"[^>]*>[^<]*/g)).toEqual([expect.stringMatching(/>Offered$/)]);
  });
});

describe('The people of an invited team', () => {
  it('follow the team: who joins is in the project, who leaves or is removed is not, by the next request', async () => {
    const id = await shared('follow', 'Owner');
    const late = await joined(crew.app, crew.owner, 'makers', 'Developer', 'La Te');
    expect(changes).toContainEqual({ topic: 'projects', projectId: id });
    expect(await roleIn(late, 'follow')).toBe('Developer');
    const path = `/api/teams/makers/members/${await idOf(late)}`;
    for (const role of ['Owner', 'Reporter']) {
      await crew.owner.patch(path, { role });
      expect(await roleIn(late, 'follow')).toBe(role);
    }
    changes.length = 0;
    await late.delete(path);
    expect(await roleIn(late, 'follow')).toBe(404);
    expect(changes).toContainEqual({ topic: 'projects', projectId: id });
    expect((await late.get<{ items: { slug: string }[] }>('/api/projects')).body.items).toEqual([]);
  });

  it('keep what they have by themselves or through another team', async () => {
    await shared('both', 'Reporter');
    await crew.owner.post('/api/teams', { name: 'Second' });
    await crew.owner.post('/api/teams/second/members', { email: emailOf('The Reporter'), role: 'Developer' });
    await crew.admin.post('/api/projects/both/teams', { teamId: 'second', role: 'Owner' });
    expect(await roleIn(crew.owner, 'both')).toBe('Owner');
    expect(await roleIn(crew.reporter, 'both')).toBe('Developer');
    await crew.owner.delete('/api/teams/second');
    expect(await roleIn(crew.owner, 'both')).toBe('Reporter');
    expect(await roleIn(crew.reporter, 'both')).toBe('Reporter');
  });

  it('lose with the team what they had through it, and the project is told', async () => {
    await crew.owner.post('/api/teams', { name: 'Ending' });
    const id = await shared('ending-project', 'Owner', 'ending');
    changes.length = 0;
    await crew.owner.delete('/api/teams/ending');
    expect(await roleIn(crew.owner, 'ending-project')).toBe(404);
    expect(changes).toContainEqual({ topic: 'projects', projectId: id });
    const told = deeds.slice(-2).map(({ type, projectId }) => ({ type, projectId }));
    expect(told).toEqual([
      { type: 'team.removed', projectId: id },
      { type: 'team.deleted', projectId: null },
    ]);
  });

  it('cannot open the gateway with their keys any more', async () => {
    await shared('with-keys', 'Developer');
    const maker = await joined(crew.app, crew.owner, 'makers', 'Developer', 'Key Maker');
    const { body } = await maker.post<{ key: string }>('/api/projects/with-keys/api-keys', { name: 'k' });
    const ping = async () => {
      const headers = {
        authorization: `Bearer ${body.key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      };
      const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } };
      const sent = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: hello });
      const url = `${crew.app.url}/projects/with-keys/unified/mcp`;
      return (await fetch(url, { method: 'POST', headers, body: sent })).status;
    };
    expect(await ping()).toBe(200);
    await crew.owner.delete(`/api/teams/makers/members/${await idOf(maker)}`);
    expect(await ping()).toBe(401);
  });
});

describe('The role of an invited team', () => {
  it('is changed in the list, also by htmx, and counts at once', async () => {
    const id = await shared('capped', 'Reporter');
    expect(await roleIn(crew.owner, 'capped')).toBe('Reporter');
    const { body } = await crew.nobody.patch('/api/projects/capped/teams/makers', { role: 'Owner' });
    expect(body).toMatchObject({ slug: 'makers', role: 'Owner' });
    expect(await roleIn(crew.owner, 'capped')).toBe('Owner');
    expect(deeds.at(-1)).toMatchObject({ type: 'team.role_changed', changes: [{ from: 'Reporter', to: 'Owner' }] });
    expect(changes.at(-1)).toEqual({ topic: 'projects', projectId: id });
    const path = `/projects/capped/teams/${crew.teamId}`;
    const fragment = await crew.nobody.patch(path, { role: 'Developer' }, { fragment: true });
    expect(fragment.text.trim()).toMatch(/^<tr id="project_team_/);
    expect(fragment.text).toContain('<option value="Developer" selected>');
    const form = await crew.nobody.submit(`${path}?_method=PATCH`, { role: 'Reporter' });
    expect([form.status, form.headers.get('location')]).toEqual([303, '/projects/capped/teams']);
  });

  it('ends when the team is removed, and then there is nothing to change', async () => {
    await shared('removed', 'Developer');
    expect((await crew.nobody.delete('/api/projects/removed/teams/makers')).status).toBe(204);
    expect(await roleIn(crew.developer, 'removed')).toBe(404);
    expect(deeds.at(-1)).toMatchObject({ type: 'team.removed', object: { name: 'Makers' } });
    expect((await crew.nobody.delete('/api/projects/removed/teams/makers')).status).toBe(404);
    expect((await crew.nobody.patch('/api/projects/removed/teams/makers', { role: 'Owner' })).status).toBe(404);
  });
});

describe('The projects of a team', () => {
  it('are listed to its people with the role at most and the number of servers', async () => {
    await crew.owner.post('/api/teams', { name: 'Listed' });
    await shared('listed-b', 'Reporter', 'listed');
    await shared('listed-a', 'Developer', 'listed');
    const { body } = await crew.owner.get<{ items: object[] }>('/api/teams/listed/projects');
    expect(body.items).toMatchObject([
      { slug: 'listed-a', teamRole: 'Developer', role: 'Developer', counts: { servers: 0 } },
      { slug: 'listed-b', teamRole: 'Reporter', role: 'Reporter' },
    ]);
    expect((await crew.owner.get<{ counts: object }>('/api/teams/listed')).body.counts).toEqual({
      members: 1,
      projects: 2,
    });
    const first = await crew.owner.get<{ nextCursor: string }>('/api/teams/listed/projects?limit=1');
    const rest = await crew.owner.get(`/teams/listed/projects?limit=1&cursor=${first.body.nextCursor}`, {
      fragment: true,
    });
    expect(rest.text.trim()).toMatch(/^<tr id="team_project_/);
    const whole = await crew.owner.get('/teams/listed/projects', { fragment: true });
    expect(whole.text).toContain('listed-a');
    expect(whole.text).not.toContain('<h1');
    await newcomer(crew.app, 'No Projects');
    await crew.owner.post('/api/teams', { name: 'Without' });
    expect((await crew.owner.page('/teams/without/projects')).text).toContain('In no project yet');
  });
});

describe('Who may', () => {
  type Shape = 'page' | 'fragment' | 'json';
  const people: Record<string, () => As> = {
    Owner: () => crew.nobody,
    administrator: () => crew.admin,
    Developer: () => crew.developer,
    Reporter: () => crew.reporter,
  };
  const path = '/projects/rights/teams';

  beforeAll(async () => {
    await shared('rights', 'Owner');
    await crew.nobody.post('/api/teams', { name: 'Rights' });
  });

  const send = (who: As, method: string, at: string, form: Record<string, string>, shape: Shape) => {
    if (shape === 'page') return who.submit(`${at}?_method=${method}`, form);
    const name = method.toLowerCase() as 'post' | 'patch' | 'delete';
    return shape === 'json' ? who[name](`/api${at}`, form) : who[name](at, form, { fragment: true });
  };

  describe.each(['page', 'fragment', 'json'] as const)('as %s', (shape) => {
    it('everybody in the project sees its teams, nobody else knows of them', async () => {
      const look = (who: As, at: string) =>
        who.get(shape === 'json' ? `/api${at}` : at, { [shape === 'page' ? 'html' : shape]: true });
      for (const [name, who] of Object.entries(people)) {
        const { status, text } = await look(who(), path);
        expect([name, status, text.includes('Makers')]).toEqual([name, 200, true]);
        expect(text.includes('Invite team'), name).toBe(shape === 'page' && ['Owner', 'administrator'].includes(name));
      }
      const outsider = await newcomer(crew.app, `Out Sider ${shape}`);
      expect((await look(outsider, path)).status).toBe(404);
      for (const [method, at] of [
        ['POST', path],
        ['PATCH', `${path}/makers`],
        ['DELETE', `${path}/makers`],
      ] as const) {
        expect((await send(outsider, method, at, { teamId: 'makers', role: 'Owner' }, shape)).status).toBe(404);
      }
    });

    it.each(Object.keys(people))('%s: invite, change, remove', async (name) => {
      const allowed = ['Owner', 'administrator'].includes(name);
      const who = (people[name] as () => As)();
      const steps: [string, string, Record<string, string>][] = [
        ['POST', path, { teamId: 'rights', role: 'Reporter' }],
        ['PATCH', `${path}/rights`, { role: 'Developer' }],
        ['DELETE', `${path}/rights`, {}],
      ];
      for (const [method, at, form] of steps) {
        const { status } = await send(who, method, at, form, shape);
        if (allowed) expect(status, method).toBeLessThan(400);
        else expect(status, method).toBe(403);
      }
      const { body } = await crew.nobody.get<Teams>(`/api${path}`);
      expect(body.items.map(({ slug }) => slug)).toEqual(['makers']);
    });
  });

  it('a team’s page is linked only for those who may see the team', async () => {
    expect((await crew.nobody.page(path)).text).not.toContain('href="/teams/makers"');
    expect((await crew.reporter.page(path)).text).toContain('href="/teams/makers"');
  });
});
