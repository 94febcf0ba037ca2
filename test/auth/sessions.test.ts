import { createHmac } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secrets } from '../../src/shared/crypto/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { people, signUp } from '../support/cast.js';
import { As } from '../support/client.js';

interface Session {
  id: string;
  current: boolean;
}

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await signUp(app, 'ada');
  await signUp(app, 'otto');
});
afterAll(() => app.close());

const sql = (text: string) => app.nest.get(DataSource).query<unknown[]>(text);
const me = async (who: As) => (await who.get('/api/auth/me')).status;

async function logIn(who: keyof typeof people): Promise<As> {
  const { email, password } = people[who];
  const { body } = await new As(app).post<{ token: string }>('/api/auth/login', { email, password });
  return new As(app, body.token);
}

async function sessionsOf(who: As): Promise<Session[]> {
  return (await who.get<{ sessions: Session[] }>('/api/profile')).body.sessions;
}

describe('A token', () => {
  type Part = Record<string, unknown>;
  let payload: Part;
  let secret: string;
  beforeAll(async () => {
    const token = (await logIn('ada')).token ?? '';
    payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Part;
    secret = app.nest.get(Secrets).jwtSecret;
  });

  const encode = (part: Part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const forge = (changes: Part, header: Part = { alg: 'HS256', typ: 'JWT' }, key = secret) => {
    const text = `${encode(header)}.${encode({ ...payload, ...changes })}`;
    const hash = { HS384: 'sha384', HS512: 'sha512' }[String(header.alg)] ?? 'sha256';
    return `${text}.${header.alg === 'none' ? '' : createHmac(hash, key).update(text).digest('base64url')}`;
  };

  test('that we signed is taken, so that the forgeries below fail for what is wrong with them', async () => {
    expect(await me(new As(app, forge({})))).toBe(200);
  });

  test.each<[string, () => string]>([
    ['without a signature', () => forge({}, { alg: 'none', typ: 'JWT' })],
    ['with a misspelt "none"', () => forge({}, { alg: 'nOnE', typ: 'JWT' })],
    ['by another algorithm', () => forge({}, { alg: 'HS512', typ: 'JWT' })],
    ['signed with another secret', () => forge({}, undefined, 'another secret of thirty-two characters')],
    ['signed with a secret that others publish', () => forge({}, undefined, 'your-secret-key-change-in-production')],
    ['that is over', () => forge({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ['that is not valid yet', () => forge({ nbf: Math.floor(Date.now() / 1000) + 600 })],
    ['for another audience', () => forge({ aud: 'somebody-else' })],
    ['of another issuer', () => forge({ iss: 'somebody-else' })],
    ['of a session that never was', () => forge({ sid: '00000000-0000-4000-8000-000000000000' })],
    ['of a session of somebody else', () => forge({ sub: '00000000-0000-4000-8000-000000000000' })],
    ['with a key id that is a path', () => forge({}, { alg: 'HS256', kid: '../../dev/null' }, '')],
    ['that is an API key', () => `mcpo_${'a'.repeat(43)}`],
    ['that is empty', () => ''],
    ['that is no token', () => 'a.b.c'],
  ])('%s is refused', async (_, token) => {
    expect((await new As(app).get('/api/auth/me', { headers: { authorization: `Bearer ${token()}` } })).status).toBe(
      401,
    );
    expect((await new As(app).get('/api/auth/me', { headers: { cookie: `sid=${token()}` } })).status).toBe(401);
  });

  test('sent as Bearer decides, also beside the cookie of a session', async () => {
    const cookie = `sid=${forge({})}`;
    const ask = (authorization: string) => new As(app).get('/api/auth/me', { headers: { cookie, authorization } });
    expect((await ask('Bearer x')).status).toBe(401);
    expect((await ask('Basic eDp5')).status).toBe(200);
  });
});

describe('Without a session', () => {
  test('a program is told so, a browser goes to the login page, and headers that name a user are nothing', async () => {
    const headers = { 'x-user-id': '1', 'x-forwarded-user': people.ada.email };
    expect((await new As(app).get('/api/profile', { headers })).status).toBe(401);
    const page = await new As(app).page('/profile?tab=x');
    expect([page.status, page.headers.get('location')]).toEqual([303, '/login?next=%2Fprofile%3Ftab%3Dx']);
    const fragment = await new As(app).get('/profile', { fragment: true });
    expect(fragment.headers.get('hx-redirect')).toBe('/login');
  });

  test.each(['/auth/me', '/profile', '/profile/password', '/profile/delete', '/auth/ME', '/profile/'])(
    '%s stays closed',
    async (path) => {
      expect((await new As(app).get(path)).status).toBe(401);
    },
  );
});

describe('A session', () => {
  test('ends at sign-out, for its cookie and for its token, and for no other session', async () => {
    const [ada, elsewhere] = [await logIn('ada'), await logIn('ada')];
    const { status, headers } = await ada.post('/api/auth/logout');
    expect(status).toBe(204);
    expect(headers.getSetCookie()[0]).toMatch(/^sid=; Path=\/; Expires=Thu, 01 Jan 1970/);
    expect(await me(ada)).toBe(401);
    expect((await new As(app).get('/api/auth/me', { headers: { cookie: `sid=${ada.token}` } })).status).toBe(401);
    expect(await me(elsewhere)).toBe(200);
  });

  test('ends when its user is switched off, and resumes when switched on again', async () => {
    const otto = await logIn('otto');
    await sql(`UPDATE users SET is_active = false WHERE email = '${people.otto.email}'`);
    expect(await me(otto)).toBe(401);
    await sql(`UPDATE users SET is_active = true WHERE email = '${people.otto.email}'`);
    expect(await me(otto)).toBe(200);
  });

  test('ends by its age', async () => {
    const otto = await logIn('otto');
    await sql("UPDATE user_sessions SET expires_at = now() - interval '1 second'");
    expect(await me(otto)).toBe(401);
  });

  test('is seen on the profile, and ended from there', async () => {
    const [here, there] = [await logIn('otto'), await logIn('otto')];
    const sessions = await sessionsOf(here);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    const other = (await sessionsOf(there)).find(({ current }) => current);
    const page = await here.page('/profile');
    expect(page.text).toContain(`action="/profile/sessions/${other?.id}?_method`);
    const ended = await here.submit(`/profile/sessions/${other?.id}?_method=DELETE`, {});
    expect(ended.status).toBe(303);
    expect(await me(there)).toBe(401);
    expect(await me(here)).toBe(200);
  });

  test('of somebody else, or of nobody, is not there to be ended', async () => {
    const [ada, otto] = [await logIn('ada'), await logIn('otto')];
    const id = (await sessionsOf(ada)).find(({ current }) => current)?.id;
    for (const target of [id, '00000000-0000-4000-8000-000000000000', 'x']) {
      expect((await otto.delete(`/api/profile/sessions/${target}`)).status).toBe(404);
    }
    expect(await me(ada)).toBe(200);
  });

  test('can end all others', async () => {
    const [here, there, elsewhere] = [await logIn('ada'), await logIn('ada'), await logIn('otto')];
    expect((await here.delete('/api/profile/sessions')).status).toBe(204);
    expect([await me(here), await me(there), await me(elsewhere)]).toEqual([200, 401, 200]);
  });

  test('remembers when it was last seen, to the minute', async () => {
    const ada = await logIn('ada');
    await sql("UPDATE user_sessions SET last_seen_at = now() - interval '1 hour'");
    await me(ada);
    const seen = "SELECT 1 FROM user_sessions WHERE last_seen_at > now() - interval '1 minute'";
    expect(await sql(seen)).toHaveLength(1);
  });
});

describe('Over https', () => {
  test('the cookie is for this host and for https only', async () => {
    const secure = await startApp({ PUBLIC_URL: 'https://mcp.example.com' });
    try {
      const { headers, body } = await new As(secure).post<{ token: string }>('/api/auth/signup', people.ada);
      expect(headers.getSetCookie()[0]).toMatch(
        /^__Host-sid=\S+; Max-Age=43200; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/,
      );
      const asked = (cookie: string) => new As(secure).get('/api/auth/me', { headers: { cookie } });
      expect((await asked(`__Host-sid=${body.token}`)).status).toBe(200);
      expect((await asked(`sid=${body.token}`)).status).toBe(401);
    } finally {
      await secure.close();
    }
  });
});
