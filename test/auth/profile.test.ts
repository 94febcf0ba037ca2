import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { people, signUp } from '../support/cast.js';
import { As } from '../support/client.js';

interface Refused {
  error: { code: string; message: string; fields: Record<string, string> };
}

let app: TestApp;
let ada: As;
let otto: As;
async function start(): Promise<void> {
  app = await startApp();
  ada = await signUp(app, 'ada');
  otto = await signUp(app, 'otto');
}
const stop = () => app.close();

const logIn = (who: keyof typeof people, password: string = people[who].password) =>
  new As(app).post<{ token: string }>('/api/auth/login', { email: people[who].email, password });
const me = async (who: As) => (await who.get('/api/auth/me')).status;

describe('The profile', () => {
  beforeAll(start);
  afterAll(stop);

  test('is the user, at top level, and changes its name', async () => {
    const { body } = await otto.patch('/api/profile', { name: '  Otto the Second ' });
    expect(body).toMatchObject({ name: 'Otto the Second', email: people.otto.email, isAdmin: false });
    expect((await otto.get('/api/profile')).body.name).toBe('Otto the Second');
    expect((await ada.get('/api/profile')).body.name).toBe('Ada Admin');
  });

  test.each([
    { name: '' },
    { name: 'Otto', isAdmin: true },
    { name: 'Otto', email: 'new@example.com' },
    { isActive: true },
  ])('takes a name and nothing else: %j', async (sent) => {
    const before = (await otto.get('/api/profile')).body;
    expect((await otto.patch('/api/profile', sent)).status).toBe(422);
    expect((await otto.get('/api/profile')).body).toEqual(before);
  });

  test('in a browser keeps what was typed when it will not do', async () => {
    const long = 'x'.repeat(101);
    const { status, text } = await otto.submit('/profile?_method=PATCH', { name: long });
    expect(status).toBe(422);
    expect(text).toContain(`value="${long}"`);
    expect(text).toContain('Give a name of 1 to 100 characters.');
    expect(text).toContain(people.otto.email);
  });
});

describe('The password', () => {
  beforeAll(start);
  afterAll(stop);

  test.each([
    ['currentPassword', { currentPassword: 'not the password', newPassword: 'a brand new pass phrase' }],
    ['newPassword', { currentPassword: people.otto.password, newPassword: 'short' }],
    ['newPassword', { currentPassword: people.otto.password, newPassword: 'iloveyou1' }],
    ['currentPassword', { newPassword: 'a brand new pass phrase' }],
  ])('stays when %s will not do: %j', async (field, sent) => {
    const { status, body } = await otto.put<Refused>('/api/profile/password', sent);
    expect([status, Object.keys(body.error.fields)]).toEqual([422, [field]]);
    const page = await otto.submit('/profile/password?_method=PUT', { currentPassword: '', ...sent });
    expect(page.status).toBe(422);
    expect((await logIn('otto')).status).toBe(200);
  });

  test('changes when the current one is given, and signs out every other session', async () => {
    const other = new As(app, (await logIn('otto')).body.token);
    const sent = { currentPassword: people.otto.password, newPassword: 'a brand new pass phrase' };
    expect((await otto.put('/api/profile/password', sent)).status).toBe(204);
    expect([await me(otto), await me(other), await me(ada)]).toEqual([200, 401, 200]);
    expect((await logIn('otto')).status).toBe(401);
    expect((await logIn('otto', 'a brand new pass phrase')).status).toBe(200);
  });

  test('cannot be guessed by somebody who found an open browser', async () => {
    const sent = { currentPassword: 'a wrong guess', newPassword: 'a brand new pass phrase' };
    const statuses: number[] = [];
    for (let guesses = 0; guesses < 6; guesses += 1) {
      statuses.push((await ada.put('/api/profile/password', sent)).status);
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
  });
});

describe('The account', () => {
  beforeEach(start);
  afterEach(stop);

  test('is deleted with its sessions when the password is given', async () => {
    expect((await otto.delete('/api/profile', { password: 'not the password' })).status).toBe(422);
    expect(await me(otto)).toBe(200);
    expect((await otto.delete('/api/profile', { password: people.otto.password })).status).toBe(204);
    expect(await me(otto)).toBe(401);
    expect((await logIn('otto')).status).toBe(401);
    expect(await app.nest.get(DataSource).query('SELECT email FROM users')).toEqual([{ email: people.ada.email }]);
  });

  test('of the last administrator stays, whoever else has one', async () => {
    for (const path of ['/profile', '/profile/delete']) {
      const { text } = await ada.page(path);
      expect(text).toContain('You are the last administrator');
      expect(text).not.toContain('href="/profile/delete"');
      expect(text).not.toContain('Delete my account');
    }
    const { status, body } = await ada.delete<Refused>('/api/profile', { password: people.ada.password });
    expect([status, body.error.message]).toEqual([409, expect.stringContaining('last administrator')]);
    expect(await me(ada)).toBe(200);
  });

  test('of the last Owner of a project stays, until the project is gone', async () => {
    await otto.post('/api/projects', { name: 'Mine', slug: 'mine' });
    const mine = { password: people.otto.password };
    const { status, body } = await otto.delete<Refused>('/api/profile', mine);
    expect([status, body.error.message]).toEqual([409, expect.stringContaining('last Owner of Mine')]);
    expect((await otto.delete('/api/projects/mine')).status).toBe(204);
    expect((await otto.delete('/api/profile', mine)).status).toBe(204);
  });

  test('of two administrators who leave at the same moment: one stays', async () => {
    await app.nest.get(DataSource).query('UPDATE users SET is_admin = true');
    const answers = await Promise.all([
      ada.delete('/api/profile', { password: people.ada.password }),
      otto.delete('/api/profile', { password: people.otto.password }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  test('in a browser is deleted from a page of its own', async () => {
    expect((await otto.page('/profile')).text).toContain('href="/profile/delete"');
    const wrong = await otto.submit('/profile?_method=DELETE', { password: 'x' });
    expect([wrong.status, wrong.text.includes('This is not your current password.')]).toEqual([422, true]);
    const done = await otto.submit('/profile?_method=DELETE', { password: people.otto.password });
    expect([done.status, done.headers.get('location')]).toEqual([303, '/login']);
  });
});
