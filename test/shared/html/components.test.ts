import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createViewEngine } from '../../../src/shared/html/engine.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'components-'));
  for (const part of ['layouts', 'shared', 'errors'])
    cpSync(join('views', part), join(folder, part), { recursive: true });
  mkdirSync(join(folder, 'test'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function draw(source: string, context: object = {}): string {
  writeFileSync(join(folder, 'test/page.hbs'), source);
  return createViewEngine(folder, { cache: true }).render('test/page', context).replace(/\s+/g, ' ');
}

const project = { slug: 'acme', name: 'Acme' };

describe('a form', () => {
  it('comes back with what was typed, each error at its field, and a summary that leads there', () => {
    const html = draw(
      '{{#> shared/_form action="/projects" method="PATCH" submit="Save"}}{{> shared/_field name="name" label="Name" required=true hint="Letters."}}{{/shared/_form}}',
      { form: { values: { name: '"x"' }, errors: { name: 'Choose another name.' } } },
    );
    expect(html).toContain('<form class="form" method="post" action="/projects?_method&#x3D;PATCH" data-busy>');
    expect(html).toContain('<a class="link" href="#field_name">Choose another name.</a>');
    expect(html).toContain(
      'value="&quot;x&quot;" required aria-describedby="field_name_error field_name_hint" aria-invalid="true"',
    );
    expect(html).toContain('<div class="form-error" id="field_name_error">Choose another name.</div>');
  });

  it.each([
    ['textarea', '<textarea class="form-control" id="field_x" name="x" rows="4"'],
    ['select', '<option value="b" selected>b</option>'],
    ['radio', '<input class="form-check-input" type="radio" id="field_x_1" name="x" value="b" checked'],
    ['switch', 'class="form-check form-switch"'],
    ['number', 'type="number" value="b" min="0"'],
  ])('has a field of type %s', (type, expected) => {
    expect(
      draw(`{{> shared/_field name="x" label="X" type="${type}" value="b" options=(list "a" "b") min=0}}`),
    ).toContain(expected);
  });

  it('never shows a stored secret, and says that there is one', () => {
    const html = draw(
      '{{> shared/_secret-field name="token" label="Token" set=true removeName="remove" required=true}}',
      {
        form: { values: { token: 'hidden' }, errors: {} },
      },
    );
    expect(html).not.toContain('hidden"');
    expect(html).toContain('placeholder="•••••••• set: type to replace it"');
    expect(html).toContain('name="remove"');
    expect(html).not.toContain(' required');
  });
});

describe('a dangerous button', () => {
  it('asks first by the browser alone, and wants the name typed exactly', () => {
    const html = draw(
      '{{> shared/_confirm id="d" action="/x" label="Delete" title="Delete?" text="Gone." typed="a.b"}}',
    );
    expect(html).toContain('popovertarget="d"');
    expect(html).toContain('<dialog id="d" class="dialog" popover aria-labelledby="d_title">');
    expect(html).toContain('action="/x?_method&#x3D;DELETE"');
    expect(html).toContain('required pattern="a\\.b"');
  });
});

describe('a table', () => {
  it('can be scrolled by keyboard and has a caption', () => {
    const html = draw('{{#> shared/_table label="Servers"}}<tbody></tbody>{{/shared/_table}}');
    expect(html).toContain('tabindex="0" role="region" aria-label="Servers"');
    expect(html).toContain('<caption class="visually-hidden">Servers</caption>');
  });

  it('loads older rows by a link, and by scrolling', () => {
    expect(draw('{{> shared/_older href="/x?cursor=1" colspan=3}}')).toMatch(
      /<tr [^>]*><td colspan="3">.*<a [^>]*href="\/x\?cursor&#x3D;1" hx-get="[^"]+" hx-trigger="click, intersect once"/,
    );
    expect(draw('[{{> shared/_older href=null}}]')).toBe('[]');
  });
});

describe('a page of a project', () => {
  const source = '{{#> layouts/project title="Servers" section="servers"}}<h1>Servers</h1>{{/layouts/project}}';

  it('stands in landmarks, with its section marked and its title complete', () => {
    const html = draw(source, { project, user: { name: 'Ada Lovelace', email: 'ada@example.com' } });
    expect(html).toContain('<title>Servers · Acme · MCP Orchestrator</title>');
    expect(html).toContain('href="/projects/acme/servers" aria-current="page"');
    expect(html.match(/aria-current/g)).toHaveLength(1);
    expect(html).toContain('<main id="main"');
    expect(html).toContain('<div id="toast" class="toasts" role="status" aria-live="polite">');
    expect(html).toContain('ada@example.com');
  });

  it('shows the notice of the action before', () => {
    expect(draw(source, { project, notice: 'Saved <b>.' })).toContain('<span>Saved &lt;b&gt;.</span>');
  });

  it('is its block alone when htmx asks', () => {
    expect(draw(source, { project, fragment: true }).trim()).toBe('<h1>Servers</h1>');
  });
});

describe('an error page', () => {
  const error = {
    status: 404,
    message: 'There is no such project.',
    title: 'There is no such project.',
    requestId: 'r-1',
  };

  it.each([null, { name: 'Ada', email: 'a@example.com' }])(
    'says what happened and names the request, user %o',
    (user) => {
      const html = createViewEngine(folder, { cache: true }).render('errors/error', { ...error, user });
      expect(html).toContain('<h1>There is no such project.</h1>');
      expect(html).toContain('<code>r-1</code>');
      expect(html).toContain('404');
    },
  );
});
