import { describe, expect, it } from 'vitest';
import { exactly, methodUrl } from '../../../src/shared/html/helpers-component.js';
import { asText, icon, initials, markup, options, safeUrl, status } from '../../../src/shared/html/helpers-markup.js';

describe('markup from helpers', () => {
  it('escapes every value but HTML that is already safe', () => {
    const inner = markup`<b>${'<script>'}</b>`;
    expect(markup`<p>${inner}</p>`.toString()).toBe('<p><b>&lt;script&gt;</b></p>');
  });

  it('draws a status as dot and word, an unknown word as well', () => {
    expect(String(status('needs_secret'))).toBe(
      '<span class="status status-warn"><span class="status-dot"></span>Needs secret</span>',
    );
    expect(String(status('<b>'))).toContain('status-neutral');
    expect(String(status('<b>'))).toContain('&lt;b&gt;');
    expect(String(status('constructor'))).toContain('status-neutral');
    expect(status(null)).toBe('');
  });

  it('names an icon of the sprite and hides it from screen readers', () => {
    expect(String(icon('trash'))).toMatch(
      /^<svg class="icon" aria-hidden="true"><use href="\/assets\/icons\.svg\?v(=|&#x3D;)[0-9a-f]+#trash">/,
    );
  });

  it.each([
    ['https://example.com/a?b', 'https://example.com/a?b'],
    ['mailto:ada@example.com', 'mailto:ada@example.com'],
    ['/projects', '/projects'],
    ['?q=1', '?q=1'],
    ['javascript:alert(1)', '#'],
    [' JaVaScript:alert(1)', '#'],
    ['java\nscript:alert(1)', '#'],
    ['data:text/html,x', '#'],
    ['//evil.example', '#'],
    ['/\\evil.example', '#'],
    [undefined, '#'],
  ])('follows %s as %s', (url, followed) => {
    expect(safeUrl(url)).toBe(followed);
  });

  it('marks the chosen option, whatever its type', () => {
    expect(String(options(['a', '"'], 'a'))).toBe(
      '<option value="a" selected>a</option><option value="&quot;">&quot;</option>',
    );
    expect(String(options([{ value: 5, label: 'five', disabled: true }], '5'))).toBe(
      '<option value="5" selected disabled>five</option>',
    );
    expect(String(options(undefined, ''))).toBe('');
  });

  it('shows lists by line and objects as JSON in a field', () => {
    expect([asText(['-y', 'x']), asText({ a: 1 }), asText(null), asText(0)]).toEqual([
      '-y\nx',
      '{\n  "a": 1\n}',
      '',
      '0',
    ]);
  });

  it('takes initials from the first and the last name', () => {
    expect([initials('Ada King Lovelace'), initials('ada'), initials(' '), initials('𝒜da')]).toEqual([
      'AL',
      'A',
      '',
      '𝒜',
    ]);
  });

  it('puts the method of a form into its address', () => {
    expect(methodUrl('/x', 'DELETE')).toBe('/x?_method=DELETE');
    expect(methodUrl('/x?a=1', 'PATCH')).toBe('/x?a=1&_method=PATCH');
    expect([methodUrl('/x', 'POST'), methodUrl('/x', undefined)]).toEqual(['/x', '/x']);
  });

  it('accepts exactly the text to be typed', () => {
    const accepts = (typed: string) => new RegExp(`^(?:${exactly('a.b (c) [d] {e}|f/g-h')})$`, 'v').test(typed);
    expect([accepts('a.b (c) [d] {e}|f/g-h'), accepts('aXb (c) [d] {e}|f/g-h')]).toEqual([true, false]);
  });
});
