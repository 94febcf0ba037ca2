import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { people, signUp } from '../support/cast.js';
import { As } from '../support/client.js';

interface Refused {
  error: { code: string; message: string; requestId: string; fields: Record<string, string> };
}

const { email, password } = people.ada;
let app: TestApp;

/** Behind a proxy, so that a request can come from any address. */
const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
const logIn = (sent: object, ip = '127.0.0.1') => new As(app).post<Refused>('/api/auth/login', sent, from(ip));
const sql = (text: string) => app.nest.get(DataSource).query<unknown[]>(text);

beforeAll(async () => {
  app = await startApp({ TRUSTED_PROXIES: '127.0.0.0/8' });
  await signUp(app, 'ada');
  await signUp(app, 'otto');
});
beforeEach(() => sql('DELETE FROM login_guesses'));
afterAll(() => app.close());

describe('Signing in', () => {
  test('answers the user and a token, sets the cookie, and takes the address in any case', async () => {
    const { status, body, headers } = await new As(app).post<{ user: { email: string }; token: string }>(
      '/api/auth/login',
      { email: ' ADA@example.com', password },
    );
    expect(status).toBe(200);
    expect(body.user.email).toBe(email);
    expect(headers.getSetCookie()[0]).toContain(`sid=${body.token};`);
    expect((await new As(app, body.token).get('/api/auth/me')).status).toBe(200);
  });

  test('says the same of a wrong password as of an account that does not exist', async () => {
    const wrong = await logIn({ email, password: 'not the password' });
    const unknown = await logIn({ email: 'who@example.com', password: 'not the password' });
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    const told = ({ error }: Refused) => ({ ...error, requestId: '' });
    expect(told(unknown.body)).toEqual(told(wrong.body));
    expect(wrong.body.error.message).toBe('Email or password is wrong.');
  });

  test('in a browser shows the form again with the address and the sentence', async () => {
    const answer = await new As(app).submit('/auth/login', { email, password: 'not the password', next: '/profile' });
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('Email or password is wrong.');
    expect(answer.text).toContain(`value="${email}"`);
    expect(answer.text).toContain('value="/profile"');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('goes on to the page that was asked for, and to no other site', async () => {
    const asked = await new As(app).page('/profile');
    expect(asked.headers.get('location')).toBe('/login?next=%2Fprofile');
    const back = await new As(app).submit('/auth/login', { email, password, next: '/profile' });
    expect(back.headers.get('location')).toBe('/profile');
    const away = await new As(app).submit('/auth/login', { email, password, next: '//evil.test' });
    expect(away.headers.get('location')).toBe('/projects');
  });

  test('is not needed twice: the login page leads on', async () => {
    const ada = new As(
      app,
      (await new As(app).post<{ token: string }>('/api/auth/login', { email, password })).body.token,
    );
    const answer = await ada.page('/login?next=/profile');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/profile']);
  });

  test('tells somebody whose account is switched off, but not who guesses', async () => {
    await sql(`UPDATE users SET is_active = false WHERE email = '${people.otto.email}'`);
    expect((await logIn({ email: people.otto.email, password: 'not the password' })).status).toBe(401);
    const { status, body } = await logIn({ email: people.otto.email, password: people.otto.password });
    expect([status, body.error.message]).toEqual([403, expect.stringContaining('switched off')]);
  });

  test.each([
    {},
    { email: 1, password },
    { email, password: ['a'] },
    { email: 'a\0b', password },
    { email, password, x: 1 },
  ])('refuses what is not a login: %j', async (sent) => {
    expect((await logIn(sent)).status).toBe(422);
  });
});

describe('Guessing', () => {
  const guess = (ip: string) => logIn({ email, password: 'a wrong guess' }, ip);

  test('has to wait after five wrong passwords, and is told how long', async () => {
    for (let guesses = 0; guesses < 5; guesses += 1) expect((await guess('127.0.0.1')).status).toBe(401);
    const { status, body, headers } = await guess('127.0.0.1');
    expect(status).toBe(429);
    expect(body.error.message).toBe('Too many attempts. Wait 3 minutes, then try again.');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(120);
    const page = await new As(app).submit('/auth/login', { email, password });
    expect([page.status, page.text.includes(body.error.message)]).toEqual([429, true]);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(120);
  });

  test('from many addresses stops all the same, and the owner still gets in from where she was before', async () => {
    const statuses: number[] = [];
    for (let host = 10; host < 18; host += 1) statuses.push((await guess(`203.0.113.${host}`)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect((await logIn({ email, password }, '198.51.100.7')).status).toBe(429);
    expect((await logIn({ email, password })).status).toBe(200);
  });

  test('at most 20 times an account in 15 minutes reaches the hash', async () => {
    await logIn({ email, password }, '198.51.100.50');
    let reached = 0;
    for (let minute = 0; minute < 15; minute += 1) {
      for (let tries = minute === 0 ? 6 : 1; tries > 0; tries -= 1) {
        const answers = await Promise.all(['198.51.100.50', '203.0.113.200'].map(guess));
        reached += answers.filter(({ status }) => status === 401).length;
      }
      await sql("UPDATE login_guesses SET free_at = free_at - interval '1 minute'");
    }
    expect(reached).toBeGreaterThanOrEqual(18);
    expect(reached).toBeLessThanOrEqual(20);
  });

  test('is limited by address over all accounts', async () => {
    const spray = (user: number, ip: string) =>
      logIn({ email: `user${user}@example.com`, password: 'Spring2026!' }, ip);
    for (let user = 0; user < 3; user += 1) expect((await spray(user, '203.0.113.99')).status).toBe(401);
    await sql("UPDATE login_guesses SET free_at = free_at + interval '1 minute'");
    expect((await spray(3, '203.0.113.99')).status).toBe(429);
    expect((await spray(4, '203.0.113.98')).status).toBe(401);
  });

  test('keeps nobody out who shares the address and was there before', async () => {
    const ip = '198.51.100.70';
    expect((await logIn({ email, password }, ip)).status).toBe(200);
    for (let user = 0; user < 10; user += 1) await logIn({ email: `user${user}@example.com`, password: 'x' }, ip);
    expect((await logIn({ email: 'stranger@example.com', password: 'x' }, ip)).status).toBe(429);
    expect((await logIn({ email, password }, ip)).status).toBe(200);
  });

  test('is not what somebody does who knows the password', async () => {
    for (let times = 0; times < 12; times += 1)
      expect((await logIn({ email, password }, '198.51.100.60')).status).toBe(200);
    expect(await sql('SELECT 1 FROM login_guesses WHERE free_at > now()')).toEqual([]);
  });
});
