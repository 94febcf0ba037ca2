import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { people } from '../support/cast.js';
import { As } from '../support/client.js';

interface Signed {
  user: { id: string; email: string; isAdmin: boolean };
  token: string;
}
interface Refused {
  error: { code: string; message: string; fields: Record<string, string> };
}

let app: TestApp;
const start = async (settings: Record<string, string> = {}) => (app = await startApp(settings));
const stop = () => app.close();
const signUp = (sent: object) => new As(app).post<Signed>('/api/auth/signup', sent);
const refusal = (sent: object) => new As(app).post<Refused>('/api/auth/signup', sent);
const countUsers = async () => {
  const [row] = await app.nest.get(DataSource).query<{ count: number }[]>('SELECT count(*)::int AS count FROM users');
  return row?.count;
};

describe('Signing up', () => {
  beforeEach(() => start());
  afterEach(stop);

  test('answers the user and a token that signs in; the first user is the administrator, the second is not', async () => {
    const first = await signUp(people.ada);
    expect(first.status).toBe(201);
    expect(first.body.user).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      name: 'Ada Admin',
      email: 'ada@example.com',
      isAdmin: true,
      isActive: true,
      createdAt: expect.stringMatching(/Z$/) as string,
      lastLoginAt: expect.stringMatching(/Z$/) as string,
    });
    const me = await new As(app, first.body.token).get('/api/auth/me');
    expect(me.body).toEqual(first.body.user);
    expect((await signUp(people.otto)).body.user.isAdmin).toBe(false);
  });

  test('at the same moment makes exactly one administrator', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `person${index}@example.com`);
    const answers = await Promise.all(names.map((email) => signUp({ ...people.ada, email })));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
    expect(answers.filter(({ body }) => body.user.isAdmin)).toHaveLength(1);
  });

  test('with one address at the same moment, written differently, makes one account', async () => {
    const emails = ['ada@example.com', 'ADA@example.com', ' Ada@Example.com '];
    const answers = await Promise.all(emails.map((email) => refusal({ ...people.ada, email })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422]);
    const refused = answers.find(({ status }) => status === 422);
    expect(refused?.body.error.fields.email).toContain('already');
    expect(await countUsers()).toBe(1);
  });

  test('keeps the address as it was typed, without the blanks around it', async () => {
    expect((await signUp({ ...people.ada, email: '  Ada@Example.com ' })).body.user.email).toBe('Ada@Example.com');
  });

  test('in a browser without JavaScript: the first run, the cookie, and on to where one wanted to go', async () => {
    const browser = new As(app);
    expect((await browser.page('/login')).text).toContain('Create the administrator');
    const answer = await browser.submit('/auth/signup', { ...people.ada, next: '/projects/new' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/projects/new');
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^sid=\S+; Max-Age=43200; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/);
    const profile = await browser.get('/profile', { html: true, headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(profile.text).toContain('ada@example.com');
    expect((await browser.page('/login')).text).not.toContain('Create the administrator');
  });

  test('shows the form again with what was typed, but never the password', async () => {
    const { status, text } = await new As(app).submit('/auth/signup', { ...people.ada, email: 'nobody', next: '/x' });
    expect(status).toBe(422);
    expect(text).toContain('value="Ada Admin"');
    expect(text).toContain('value="nobody"');
    expect(text).toContain('value="/x"');
    expect(text).toContain('Give an email address such as ada@example.com.');
    expect(text).not.toContain(people.ada.password);
  });
});

describe('A sign-up', () => {
  beforeAll(() => start());
  afterAll(stop);

  test.each([
    ['name', { name: '' }],
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(300) }],
    ['name', { name: 'a\0b' }],
    ['name', { name: { $ne: '' } }],
    ['email', { email: 'nobody' }],
    ['email', { email: `${'x'.repeat(300)}@example.com` }],
    ['email', { email: undefined }],
    ['password', { password: 'short' }],
    ['password', { password: 'x'.repeat(1001) }],
    ['password', { password: 'password123' }],
    ['password', { password: 12345678 }],
    ['isAdmin', { isAdmin: true }],
    ['id', { id: '00000000-0000-4000-8000-000000000000' }],
    ['passwordHash', { passwordHash: 'x' }],
  ])('with a %s that will not do is refused, naming it, and stores nothing: %j', async (field, wrong) => {
    const { status, body } = await refusal({ ...people.ada, ...wrong });
    expect(status).toBe(422);
    expect(Object.keys(body.error.fields)).toEqual([field]);
    expect(await countUsers()).toBe(0);
  });
});

describe('An instance', () => {
  afterEach(stop);

  test.each(['closed', 'invited'])('with SIGNUP=%s takes the first user and refuses the next', async (signup) => {
    await start({ SIGNUP: signup });
    expect((await signUp(people.ada)).body.user.isAdmin).toBe(true);
    const { status, body } = await refusal(people.otto);
    expect(status).toBe(403);
    expect(body.error.message).toContain('ask an administrator');
    expect((await new As(app).page('/signup')).text).not.toContain('name="password"');
    expect(await countUsers()).toBe(1);
  });

  test('with INITIAL_ADMIN_EMAIL has its administrator under that address, whoever comes first', async () => {
    await start({ INITIAL_ADMIN_EMAIL: 'Ada@example.com' });
    expect((await signUp(people.otto)).body.user.isAdmin).toBe(false);
    expect((await signUp(people.ada)).body.user.isAdmin).toBe(true);
  });

  test('with INITIAL_ADMIN_EMAIL and closed sign-up takes that address only', async () => {
    await start({ INITIAL_ADMIN_EMAIL: 'ada@example.com', SIGNUP: 'closed' });
    expect((await refusal(people.otto)).status).toBe(403);
    expect((await signUp(people.ada)).body.user.isAdmin).toBe(true);
    expect((await refusal(people.nora)).status).toBe(403);
  });
});
