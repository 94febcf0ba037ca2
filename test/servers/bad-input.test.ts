import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import type { Answered, As } from '../support/client.js';
import { scene } from '../support/scene.js';

const LONG = 'x'.repeat(300);
const remote = { transport: 'streamable-http', url: 'http://127.0.0.1:9/mcp', description: 'typed by hand' };
const program = { transport: 'stdio', command: 'npx', description: 'typed by hand' };

let app: TestApp;
let ada: As;

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
  expect((await ada.post('/api/projects/demo/servers', { name: 'taken', ...remote })).status).toBe(201);
});
afterAll(() => app.close());

const stored = async () => {
  const [row] = await app.nest
    .get(DataSource)
    .query<{ rows: string }[]>(
      'SELECT json_agg(json_build_array(id, name, description, transport, command, url)) AS rows FROM mcp_servers',
    );
  return JSON.stringify(row);
};

const asFragment = (path: string, form: Record<string, string>) =>
  ada.post(path, {}, { fragment: true, form, headers: { 'content-type': 'application/x-www-form-urlencoded' } });

/** The tag of a field, whatever the order of its attributes. */
const tagOf = (text: string, field: string) =>
  [...text.matchAll(/<(?:input|textarea)\b[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => tag.includes(`name="${field}"`));

function expectFieldNamed(text: string, field: string): void {
  if (field === 'transport')
    expect(text).toMatch(/<fieldset[^>]*id="field_transport"[^]*?<div class="form-error"[^]*?<\/fieldset>/);
  else expect(tagOf(text, field).filter((tag) => tag.includes('aria-invalid="true"'))).toHaveLength(1);
  expect(text).toContain(`#field_${field}"`);
}

describe('a server that cannot be registered', () => {
  it.each<[string, Record<string, string>, string]>([
    ['of an unknown transport', { ...remote, name: 'a', transport: 'carrier-pigeon' }, 'transport'],
    ['with a URL that is none', { ...remote, name: 'a', url: 'not a url' }, 'url'],
    ['with a name that is taken', { ...remote, name: 'taken' }, 'name'],
    ['with a name of 300 characters', { ...remote, name: LONG }, 'name'],
    ['with an empty command', { ...program, name: 'a', command: ' ' }, 'command'],
  ])('%s is refused as JSON, page and fragment, with what was typed', async (_what, form, field) => {
    const before = await stored();
    const json = await ada.post<{ error: { fields: object } }>('/api/projects/demo/servers', form);
    expect([json.status, Object.keys(json.body.error.fields)]).toEqual([422, [field]]);

    const page = await ada.submit('/projects/demo/servers', form);
    const fragment = await asFragment('/projects/demo/servers', form);
    for (const { status, text } of [page, fragment]) {
      expect(status).toBe(422);
      expectFieldNamed(text, field);
      for (const [name, value] of Object.entries(form).filter(([name]) => name !== 'transport' && form[name]?.trim()))
        expect(tagOf(text, name).filter((tag) => tag.includes(`value="${value}"`))).toHaveLength(1);
    }
    expect(isWholePage(page)).toBe(true);
    expect(isWholePage(fragment)).toBe(false);
    expect(await stored()).toBe(before);
  });

  it('because its configuration is not JSON is refused as JSON, page and fragment, with the text', async () => {
    const text = '{"mcpServers": {,}}';
    const before = await stored();
    const json = await ada.post<{ error: { fields: object } }>('/api/projects/demo/servers/import', { text });
    expect([json.status, Object.keys(json.body.error.fields)]).toEqual([422, ['text']]);
    const page = await ada.submit('/projects/demo/servers/import', { text });
    const fragment = await asFragment('/projects/demo/servers/import', { text });
    for (const { status, text: shown } of [page, fragment]) {
      expect(status).toBe(422);
      expectFieldNamed(shown, 'text');
      expect(shown).toContain('{&quot;mcpServers&quot;: {,}}');
    }
    expect(await stored()).toBe(before);
  });
});

const isWholePage = ({ text }: Pick<Answered, 'text'>) => text.includes('<html');
