import { describe, expect, it } from 'vitest';
import { MASK, maskJson, maskText, namesSecret } from '../../../src/logs/recorder/redact.js';

describe('what is named like a secret is masked', () => {
  it.each([
    'password',
    'DB_PASSWORD',
    'apiKey',
    'x-api-key',
    'accessToken',
    'Authorization',
    'client_secret',
    'Set-Cookie',
  ])('%s names a secret', (name) => expect(namesSecret(name)).toBe(true));

  it.each(['maxTokens', 'total_tokens', 'author', 'keyboard', 'compass', 'path', 'key'])('%s does not', (name) =>
    expect(namesSecret(name)).toBe(false),
  );

  it('masks at every depth and leaves the rest', () => {
    const text = JSON.stringify({
      a: [{ password: 'p', n: 1 }],
      credentials: { user: 'u' },
      token: null,
      isSecret: true,
    });
    expect(JSON.parse(maskJson(text))).toEqual({
      a: [{ password: MASK, n: 1 }],
      credentials: MASK,
      token: null,
      isSecret: true,
    });
  });

  it('keeps the bytes of text in which nothing is masked', () => {
    const text = '{ "maxTokens": 12345678901234567890,  "text": "the key point" }';
    expect(maskJson(text)).toBe(text);
  });

  it('masks JSON and environments within a result text', () => {
    const content = [
      { type: 'text', text: '{"password":"hunter2","ok":1}' },
      { type: 'text', text: 'API_KEY=abc\nHOME=/root' },
    ];
    const shown = maskJson(JSON.stringify({ content }));
    expect(shown).not.toMatch(/hunter2|abc/);
    expect(shown).toContain('HOME=/root');
  });

  it('masks text that was cut in the middle of a secret', () => {
    expect(maskJson('{"a":"b","password":"hunt')).toBe(`{"a":"b","password":"${MASK}`);
    expect(maskJson(String.raw`{"text":"{\"token\":\"abc\",\"n\":1}","rest":"…`)).not.toContain('abc');
  });

  it('masks an authorization header in running text', () => {
    expect(maskText('sent Authorization: Bearer abc.def-ghi to it')).toBe(`sent Authorization: ${MASK} to it`);
  });

  it('masks what a shell or a URL sets', () => {
    expect(maskText(`export DB_PASSWORD='a b'; curl https://x.test/?token=abc&page=2`)).toBe(
      `export DB_PASSWORD='${MASK}'; curl https://x.test/?token=${MASK}&page=2`,
    );
  });

  it('answers for hostile text in linear time', () => {
    const started = performance.now();
    maskText('"token":"'.repeat(8000));
    maskText(`token${'='.repeat(60_000)}`);
    maskText('"'.repeat(60_000) + 'token');
    maskText('\\'.repeat(60_000) + 'token');
    maskText('token' + ' '.repeat(60_000));
    maskText('token:'.repeat(10_000));
    maskText('"token\\":\\"'.repeat(6000));
    maskText('a'.repeat(60_000) + 'token');
    maskJson('['.repeat(60_000) + '"token"' + ']'.repeat(60_000));
    expect(performance.now() - started).toBeLessThan(500);
  });
});
