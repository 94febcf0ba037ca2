import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { kept, KEPT_BYTES, storable } from '../../../src/logs/recorder/payload.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the part of a payload that is kept', () => {
  it('is all of it up to 64 kB', () => {
    expect(kept('{"a":1}', 100)).toEqual({ text: '{"a":1}', truncated: false, sha256: null });
    expect(kept(null, 100)).toEqual({ text: null, truncated: false, sha256: null });
  });

  it('is cut at a whole character, with the hash of what there was', () => {
    const text = `x${'ü'.repeat(KEPT_BYTES)}`;
    const { text: head, truncated, sha256: hashed } = kept(text, 200_000);
    expect(Buffer.byteLength(head ?? '')).toBe(KEPT_BYTES - 1);
    expect(text.startsWith(head ?? '?')).toBe(true);
    expect(truncated).toBe(true);
    expect(hashed).toBe(sha256(text));
  });

  it('says that it is cut also when somebody else cut it at the limit', () => {
    expect(kept('x'.repeat(KEPT_BYTES - 2), 10_000_000).truncated).toBe(true);
    expect(kept('x'.repeat(KEPT_BYTES - 2), KEPT_BYTES - 2).truncated).toBe(false);
  });

  it('has secrets masked, and then no hash of what was cut, since that would confirm guesses', () => {
    expect(kept('{"password":"1234"}', 30)).toEqual({
      text: '{"password":"[masked]"}',
      truncated: false,
      sha256: null,
    });
  });

  it('is text that PostgreSQL takes', () => {
    expect(storable('a\0b')).toBe('a\u2400b');
    expect(storable('abcdef', 4)).toBe('abc…');
  });
});
