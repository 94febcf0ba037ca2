import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createViewEngine } from '../../../src/shared/html/engine.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'views-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, source: string): void {
  const file = join(folder, `${name}.hbs`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
}

function render(name: string, context: object): string {
  return createViewEngine(folder, { cache: true }).render(name, context);
}

describe('views', () => {
  it('print data escaped', () => {
    write('page', '<p title="{{name}}">{{name}}</p>');
    expect(render('page', { name: '"><script>' })).toBe(
      '<p title="&quot;&gt;&lt;script&gt;">&quot;&gt;&lt;script&gt;</p>',
    );
  });

  it('never reach a getter or the prototype of what they are given', () => {
    class Person {
      get passwordHash(): string {
        return 'secret';
      }
    }
    write('page', '[{{person.passwordHash}}{{person.constructor.name}}]');
    expect(render('page', { person: new Person() })).toBe('[]');
  });

  it('put the page into its layout, or leave the layout away for a fragment', () => {
    write(
      'layouts/app',
      '{{#if fragment}}{{> @partial-block}}{{else}}<main>{{title}}: {{> @partial-block}}</main>{{/if}}',
    );
    write('page', '{{#> layouts/app title="Home"}}hello {{name}}{{/layouts/app}}');
    expect(render('page', { name: 'Ada' })).toBe('<main>Home: hello Ada</main>');
    expect(render('page', { name: 'Ada', fragment: true })).toBe('hello Ada');
  });

  it('show a component its parameters and nothing of the page around it', () => {
    write('shared/_box', '<b id="{{id}}">{{title}}{{hint}}</b>');
    write('page', '{{> shared/_box id="box" title=name}}');
    expect(render('page', { id: 'page', name: 'Ada', hint: 'of the page' })).toBe('<b id="box">Ada</b>');
  });

  it('show what stands inside a component the page, not the parameters of the component', () => {
    write('shared/_box', '<b id="{{id}}">{{> @partial-block}}</b>');
    write('page', '{{#each items}}{{#> shared/_box id=(concat "box_" id)}}{{id}}{{/shared/_box}}{{/each}}');
    expect(render('page', { items: [{ id: 1 }, { id: 2 }] })).toBe('<b id="box_1">1</b><b id="box_2">2</b>');
  });

  it('do not hand the block of a component on to the components within it', () => {
    write('shared/_inner', '{{#if @partial-block}}wrong{{else}}right{{/if}}');
    write('shared/_outer', '{{> shared/_inner}} {{> @partial-block}}');
    write('page', '{{#> shared/_outer}}block{{/shared/_outer}}');
    expect(render('page', {})).toBe('right block');
  });

  it.each([
    ['a partial', '{{> shared/_nothing}}', 'views/page.hbs, line 2, calls shared/_nothing, which does not exist.'],
    ['a layout', '{{#> layouts/nothing}}x{{/layouts/nothing}}', 'calls layouts/nothing, which does not exist'],
    ['a helper', '{{shout name}}', 'calls the helper shout, which does not exist'],
    ['a helper in brackets', '{{#if (same a b)}}x{{/if}}', 'calls the helper same, which does not exist'],
    ['a block helper', '{{#twice}}x{{/twice}}', 'calls the helper twice, which does not exist'],
    ['a helper that lacks its value', '{{count}}', 'write {{this.count}}'],
  ])('name the place where %s is wrong before anything is shown', (_what, source, message) => {
    write('page', `\n${source}`);
    expect(() => createViewEngine(folder, { cache: true })).toThrow(message);
  });

  it('say which template is missing', () => {
    expect(() => render('nowhere', {})).toThrow('There is no template views/nowhere.hbs.');
  });

  it('are read again after a change while one develops, and once in production', () => {
    write('page', 'before');
    const developing = createViewEngine(folder, { cache: false });
    const production = createViewEngine(folder, { cache: true });
    write('page', 'after');
    utimesSync(join(folder, 'page.hbs'), new Date(), new Date(Date.now() + 5000));
    expect(developing.render('page', {})).toBe('after');
    expect(production.render('page', {})).toBe('before');
  });
});
