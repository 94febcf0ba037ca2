import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { As } from '../support/client.js';
import { type Crew, idOf, newcomer, type Person, startCrew } from './crew.js';

let crew: Crew;
let reporterId: string;

beforeAll(async () => {
  crew = await startCrew();
  await newcomer(crew.app, 'New One');
  reporterId = await idOf(crew.reporter);
});
afterAll(() => crew.app.close());

const READING = ['', '/members', '/projects', '/settings'].map((path) => `/teams/makers${path}`);

/** Owners and administrators may; the body is refused after the role was looked at, so that nothing is changed. */
const MANAGING: [string, string, Record<string, string>][] = [
  ['PATCH', '/teams/makers', { name: '' }],
  ['POST', '/teams/makers/members', { email: 'nobody@example.com', role: 'Reporter' }],
  ['PATCH', '/teams/makers/members/:reporter', { role: 'King' }],
  ['DELETE', `/teams/makers/members/${randomUUID()}`, {}],
];

type Shape = 'page' | 'fragment' | 'json';
const SHAPES: Shape[] = ['page', 'fragment', 'json'];

/** As a form of a page, as htmx sends it, or as JSON. */
function send(who: As, method: string, path: string, form: Record<string, string>, shape: Shape) {
  const at = path.replace(':reporter', reporterId);
  if (method === 'GET')
    return who.get(shape === 'json' ? `/api${at}` : at, { [shape === 'page' ? 'html' : shape]: true });
  if (shape === 'page') return who.submit(`${at}?_method=${method}`, form);
  const name = method.toLowerCase() as 'post' | 'patch' | 'delete';
  return shape === 'json' ? who[name](`/api${at}`, form) : who[name](at, form, { fragment: true });
}

describe.each(SHAPES)('As %s', (shape) => {
  it.each(READING)('%s shows itself to everybody in the team and to administrators', async (path) => {
    for (const who of ['reporter', 'developer', 'owner', 'admin'] as const) {
      expect((await send(crew[who], 'GET', path, {}, shape)).status, who).toBe(200);
    }
  });

  it.each(MANAGING)('%s %s is for Owners and administrators', async (method, path, form) => {
    const refused: Person[] = ['reporter', 'developer'];
    for (const who of [...refused, 'owner', 'admin'] as const) {
      const { status } = await send(crew[who], method, path, form, shape);
      expect(status, who).toBe(refused.includes(who) ? 403 : method === 'DELETE' ? 404 : 422);
    }
  });

  it('an Owner deletes the team, nobody less', async () => {
    await crew.owner.post('/api/teams', { name: shape, slug: `of-${shape}` });
    for (const role of ['Developer', 'Reporter'] as const) {
      const member = role === 'Developer' ? crew.developer : crew.reporter;
      const email = `the.${role.toLowerCase()}@example.com`;
      await crew.owner.post(`/api/teams/of-${shape}/members`, { email, role });
      expect((await send(member, 'DELETE', `/teams/of-${shape}`, {}, shape)).status).toBe(403);
    }
    expect((await send(crew.owner, 'DELETE', `/teams/of-${shape}`, {}, shape)).status).toBeLessThan(400);
    expect((await crew.owner.get(`/api/teams/of-${shape}`)).status).toBe(404);
  });

  it.each([
    ...READING.map((path) => ['GET', path, {}] as const),
    ...MANAGING,
    ['DELETE', '/teams/makers', {}] as const,
  ])('%s %s answers others as if there were no such team', async (method, path, form) => {
    const id = /[0-9a-f-]{36}/g;
    const foreign = await send(crew.nobody, method, path, form, shape);
    const missing = await send(crew.nobody, method, path.replace('makers', 'no-such'), form, shape);
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    const same = (text: string) => text.replaceAll(id, '').replaceAll('no-such', 'makers');
    expect(same(foreign.text)).toBe(same(missing.text));
  });

  it('strangers are asked to sign in', async () => {
    const stranger = new As(crew.app);
    for (const path of ['/teams', ...READING]) {
      const { status, headers } = await send(stranger, 'GET', path, {}, shape);
      if (shape === 'json') expect(status).toBe(401);
      else expect(headers.get(shape === 'page' ? 'location' : 'hx-redirect')).toMatch(/^\/login/);
    }
  });
});

describe('A team’s address', () => {
  it.each(['no-such', randomUUID(), '%00', '..%2fadmin', 'x'.repeat(200)])('%s is 404', async (name) => {
    expect((await crew.owner.get(`/api/teams/${name}`)).status).toBe(404);
    expect((await crew.admin.get(`/api/teams/${name}/projects`)).status).toBe(404);
  });
});

describe('What a member does not have', () => {
  it('is not on the page: forms to add, change and delete', async () => {
    const members = await crew.developer.page('/teams/makers/members');
    expect(members.text).not.toContain('Add member');
    expect(members.text).not.toContain('<select');
    const settings = await crew.developer.page('/teams/makers/settings');
    expect(settings.text).toContain('An Owner of the team can change these.');
    expect(settings.text).not.toContain('Delete team');
  });
});
