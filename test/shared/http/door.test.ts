import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.js';
import { people, signUp } from '../../support/cast.js';
import { As } from '../../support/client.js';

let app: TestApp;
let ada: As;

beforeAll(async () => {
  app = await startApp();
  ada = await signUp(app, 'ada');
});

afterAll(() => app.close());

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** fetch does not let a test choose the Host. */
function statusFor(host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(app.url + path, { headers: { host, accept: 'application/json' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the door of the pages', () => {
  const json = { headers: { 'content-type': 'application/json', accept: 'application/json' }, method: 'POST' };

  it('refuses bodies that nest deeper than 64 levels, brackets in strings not counted', async () => {
    const post = (body: string) => fetch(`${app.url}/api/auth/login`, { ...json, body });
    const deep = await post(`{"email":${nested(64)},"password":"x"}`);
    expect([deep.status, ((await deep.json()) as { error: { code: string } }).error.code]).toEqual([400, 'too_deep']);
    expect((await post(`{"email":"${nested(500)}","password":"a \\" [["}`)).status).toBe(422);
  });

  it('reads bodies as they are: in UTF-8, where nesting can be seen, and not compressed', async () => {
    const hidden = Buffer.from(`{"email":"\\"","password":${nested(500)}}`, 'utf16le');
    const disguised = { ...json.headers, 'content-type': 'application/json; charset=utf-16le' };
    const squeezed = gzipSync(JSON.stringify({ email: 'x'.repeat(10_000), password: 'x' }));
    for (const [body, headers] of [
      [hidden, disguised],
      [squeezed, { ...json.headers, 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await fetch(`${app.url}/api/auth/login`, { method: 'POST', headers, body });
      const { error } = (await answer.json()) as { error: { code: string } };
      expect([answer.status, error.code]).toEqual([415, 'unsupported_media_type']);
    }
  });

  it('reads at most 16 kB from strangers and 1 MB from people', async () => {
    const big = { email: 'x'.repeat(20_000), password: 'x' };
    expect((await new As(app).post('/api/auth/login', big)).status).toBe(413);
    const { status } = await ada.post('/api/projects', { name: 'Big', description: 'x'.repeat(20_000) });
    expect(status).toBe(422);
  });

  it('names the field of a body that is not JSON', async () => {
    const answer = await fetch(`${app.url}/api/auth/login`, { ...json, body: '{"email": ' });
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as { error: { fields: object } }).error.fields).toHaveProperty('body');
  });

  it('answers under its own names only, health excepted', async () => {
    const port = new URL(app.url).port;
    for (const host of ['evil.test', `evil.test:${port}`, '169.254.169.254']) {
      expect([host, await statusFor(host, '/login')]).toEqual([host, 403]);
      expect([host, await statusFor(host, '/health/live')]).toEqual([host, 200]);
    }
    expect(await statusFor(`localhost:${port}`, '/login')).toBe(200);
  });

  it('keeps no page and no token in any cache', async () => {
    const { email, password } = people.ada;
    const answers = [await ada.page('/projects'), await ada.get('/api/auth/me')];
    answers.push(await new As(app).post('/api/auth/login', { email, password }));
    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(answers.map(() => 'no-store'));
  });

  it('leads a fragment of a person without a session back to where it was', async () => {
    const headers = { 'HX-Current-URL': `${app.url}/projects?q=x` };
    const answer = await new As(app).get('/projects', { fragment: true, headers });
    expect(answer.headers.get('hx-redirect')).toBe('/login?next=%2Fprojects%3Fq%3Dx');
  });
});
