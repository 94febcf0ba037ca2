import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { newKeyText, publicParts } from '../../../src/projects/api-keys/key-text.js';

describe('An API key', () => {
  it('has a prefix for scanners, 256 random bits and a check sum', () => {
    expect(newKeyText()).toMatch(/^mcpo_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
    expect(new Set(Array.from({ length: 100 }, newKeyText)).size).toBe(100);
  });

  it('ends with the CRC-32 of its secret in base62, so that scanners can tell it from chance', () => {
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    for (const key of Array.from({ length: 50 }, newKeyText)) {
      const [, secret = '', check = ''] = /^mcpo_(.{43})(.{6})$/.exec(key) ?? [];
      expect([...check].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0)).toBe(crc32(secret));
    }
  });

  it('shows too little of itself to be used', () => {
    const key = newKeyText();
    const { prefix, last4 } = publicParts(key);
    expect(key.startsWith(prefix) && key.endsWith(last4)).toBe(true);
    expect(prefix.length + last4.length).toBe(13);
  });
});
