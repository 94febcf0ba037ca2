import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createViewEngine } from '../src/shared/html/engine.js';

const VIEWS = 'views';
const files = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.hbs'));
const sources = files.map((file) => [file, readFileSync(join(VIEWS, file), 'utf8')] as const);

/** What the content security policy blocks, and what htmx would have to evaluate. */
const FORBIDDEN: readonly (readonly [string, RegExp])[] = [
  ['an inline style', /\sstyle\s*=|<style/i],
  ['an inline script', /<script(?![^>]*\ssrc=)/i],
  ['an inline event handler', /\son[a-z]+\s*=/i],
  ['hx-on', /\bhx-on\b/],
  ['a value that is evaluated', /["']js:|["']javascript:/i],
  ['a trigger filter', /hx-trigger="[^"]*\[/],
  ['an attribute of htmx 2', /\bhx-(ext|vars|params|request|disabled-elt|boost)\b|\bsse-swap\b/],
  ['unescaped output', /\{\{\{|\{\{&/],
  ['an attribute value without quotes', /\s[a-z-]+=\{\{/],
  ['behaviour of Bootstrap, whose script is not loaded', /\bdata-bs-(toggle|dismiss|target)\b/],
];

describe.each(sources)('views/%s', (_file, source) => {
  it('holds nothing that the content security policy forbids, or that could be injected into', () => {
    const found = FORBIDDEN.filter(([, pattern]) => pattern.test(withoutCalls(source)));
    expect(found.map(([what]) => what)).toEqual([]);
  });

  it('is at most 80 lines long', () => {
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(80);
  });

  it('names icons of the sprite only', () => {
    const sprite = readFileSync('public/icons.svg', 'utf8');
    const names = [...source.matchAll(/(?<![-\w])icon[ =]"([a-z0-9-]+)"/g)].map(([, name]) => name ?? '');
    expect(
      names.filter((name) => !sprite.includes(`id="${name}"`)),
      'run npm run icons',
    ).toEqual([]);
  });
});

describe('the views', () => {
  it('call only partials and helpers that exist', () => {
    expect(() => createViewEngine(VIEWS, { cache: true })).not.toThrow();
  });

  const engine = createViewEngine(VIEWS, { cache: true });
  const pages = files.map((file) => file.slice(0, -'.hbs'.length)).filter((name) => !/^layouts\/|(^|\/)_/.test(name));

  it.each(pages)('%s can be drawn when there is nothing to show', (name) => {
    expect(() => engine.render(name, {})).not.toThrow();
  });
});

/** Parameters of components are not attributes: `{{> shared/_field value=(…)}}`. */
function withoutCalls(source: string): string {
  return source.replace(/\{\{~?#?>[\s\S]*?\}\}/g, '');
}
