import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../../support/app.js';
import { signUp } from '../../support/cast.js';
import { As } from '../../support/client.js';
import { startTeam, type Team } from '../team.js';

interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly url: string;
  readonly expiresAt: string;
}

const INVITATIONS = '/api/projects/demo/invitations';
const person = (email: string) => ({ name: 'Ivy Invited', email, password: 'yet another pass phrase' });

let team: Team;
beforeAll(async () => {
  team = await startTeam();
});
afterAll(() => team.app.close());

async function invite(email: string, role = 'Developer'): Promise<Invitation> {
  const { status, body } = await team.owner.post<{ invitation: Invitation }>('/api/projects/demo/members', {
    email,
    role,
  });
  expect(status).toBe(201);
  return body.invitation;
}

const tokenOf = ({ url }: Pick<Invitation, 'url'>) => url.split('/').at(-1) ?? '';
const pending = async () =>
  (await team.owner.get<{ items: Invitation[] }>(INVITATIONS)).body.items.map(({ email }) => email);
const roleIn = async (who: As) => (await who.get('/api/projects/demo')).body.role;

describe('An invitation', () => {
  it('goes to an address without an account, with a link that is told once', async () => {
    const made = await invite('first@example.com');
    expect(made).toMatchObject({ email: 'first@example.com', role: 'Developer' });
    expect(made.url).toMatch(/\/invitations\/[0-9A-Za-z]{40,}$/);
    expect(new Date(made.expiresAt).getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    const listed = await team.reporter.get(INVITATIONS);
    expect(listed.text).toContain('first@example.com');
    expect(listed.text).not.toContain(tokenOf(made));
    const twice = await team.owner.post('/api/projects/demo/members', { email: 'FIRST@example.com' });
    expect([twice.status, twice.body]).toMatchObject([
      409,
      { error: { fields: { email: expect.any(String) as string } } },
    ]);
  });

  it('is shown to whoever holds the link, and accepted at sign-up in one go', async () => {
    const made = await invite('ivy@example.com', 'Reporter');
    const page = await new As(team.app).page(`/invitations/${tokenOf(made)}`);
    expect(page.text).toContain('Join Demo');
    expect(page.text).toContain('ivy@example.com');
    expect((await new As(team.app).page(`/signup?invitationToken=${tokenOf(made)}`)).text).toContain(tokenOf(made));
    const signed = await new As(team.app).post<{ token: string }>('/api/auth/signup', {
      ...person('ivy@example.com'),
      invitationToken: tokenOf(made),
    });
    expect(await roleIn(new As(team.app, signed.body.token))).toBe('Reporter');
    expect(await pending()).not.toContain('ivy@example.com');
    expect((await team.nobody.post(`/api/invitations/${tokenOf(made)}/accept`)).status).toBe(404);
  });

  it('is the holder’s of the link: an address alone joins nothing, another account may accept', async () => {
    const made = await invite('jo@example.com');
    const { body } = await new As(team.app).post<{ token: string }>('/api/auth/signup', person('jo@example.com'));
    expect((await new As(team.app, body.token).get('/api/projects/demo')).status).toBe(404);
    expect((await new As(team.app).post(`/api/invitations/${tokenOf(made)}/accept`)).status).toBe(401);
    expect((await team.nobody.post(`/api/invitations/${tokenOf(made)}/accept`)).body).toEqual({ project: 'demo' });
    expect(await roleIn(team.nobody)).toBe('Developer');
  });

  it('gives no less than one has', async () => {
    const made = await invite('less@example.com', 'Reporter');
    expect((await team.developer.post(`/api/invitations/${tokenOf(made)}/accept`)).status).toBe(200);
    expect(await roleIn(team.developer)).toBe('Developer');
  });

  it('is accepted once when two come at once', async () => {
    const made = await invite('race@example.com');
    const people = await Promise.all(
      ['r1@example.com', 'r2@example.com'].map((email) =>
        new As(team.app).post<{ token: string }>('/api/auth/signup', person(email)),
      ),
    );
    const answers = await Promise.all(
      people.map(({ body }) => new As(team.app, body.token).post(`/api/invitations/${tokenOf(made)}/accept`)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  });

  it('gets a new link when it is sent again, and none when it is taken back', async () => {
    const made = await invite('again@example.com');
    const again = await team.owner.post<{ invitation: Invitation }>(`${INVITATIONS}/${made.id}/resend`);
    expect(tokenOf(again.body.invitation)).not.toBe(tokenOf(made));
    expect((await new As(team.app).page(`/invitations/${tokenOf(made)}`)).status).toBe(404);
    expect((await new As(team.app).page(`/invitations/${tokenOf(again.body.invitation)}`)).status).toBe(200);
    for (const who of [team.developer, team.reporter]) {
      expect((await who.post(`${INVITATIONS}/${made.id}/resend`)).status).toBe(403);
      expect((await who.delete(`${INVITATIONS}/${made.id}`)).status).toBe(403);
    }
    expect((await team.owner.delete(`${INVITATIONS}/${made.id}`)).status).toBe(204);
    expect((await team.owner.delete(`${INVITATIONS}/${made.id}`)).status).toBe(404);
    expect((await new As(team.app).page(`/invitations/${tokenOf(again.body.invitation)}`)).status).toBe(404);
  });

  it('of one project is not there in another', async () => {
    const made = await invite('own@example.com');
    const { body } = await team.nobody.post<{ slug: string }>('/api/projects', { name: 'Elsewhere' });
    expect((await team.nobody.delete(`/api/projects/${body.slug}/invitations/${made.id}`)).status).toBe(404);
    expect((await team.nobody.post(`/api/projects/${body.slug}/invitations/${made.id}/resend`)).status).toBe(404);
  });
});

describe('Sign-up by invitation only', () => {
  it('lets in who holds an invitation, and nobody else', async () => {
    const app = await startApp({ SIGNUP: 'invited' });
    try {
      const ada = await signUp(app, 'ada');
      await ada.post('/api/projects', { name: 'Demo' });
      const { body } = await ada.post<{ invitation: Invitation }>('/api/projects/demo/members', {
        email: 'x@example.com',
      });
      const invitationToken = tokenOf(body.invitation);
      const stranger = new As(app);
      expect((await stranger.page('/signup')).text).toContain('Sign-up is closed');
      expect((await stranger.page(`/signup?invitationToken=${invitationToken}`)).text).toContain('name="password"');
      expect((await stranger.post('/api/auth/signup', person('y@example.com'))).status).toBe(403);
      const forged = { ...person('y@example.com'), invitationToken: 'x'.repeat(43) };
      expect((await stranger.post('/api/auth/signup', forged)).status).toBe(403);
      expect((await stranger.post('/api/auth/signup', { ...person('x@example.com'), invitationToken })).status).toBe(
        201,
      );
      expect((await stranger.post('/api/auth/signup', { ...person('z@example.com'), invitationToken })).status).toBe(
        403,
      );
    } finally {
      await app.close();
    }
  });
});
