import { describe, expect, it } from 'vitest';
import { isKeyText, newKeyText, publicParts } from '../../../src/projects/api-keys/key-text.js';

describe('An API key', () => {
  it('has a prefix for scanners, 256 random bits and a check sum', () => {
    expect(newKeyText()).toMatch(/^mcpo_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
    expect(new Set(Array.from({ length: 100 }, newKeyText)).size).toBe(100);
  });

  it('is known by its check sum', () => {
    const key = newKeyText();
    const last = key.at(-1) === 'A' ? 'B' : 'A';
    expect(isKeyText(key)).toBe(true);
    expect(isKeyText(key.slice(0, -1) + last)).toBe(false);
    expect(isKeyText(key.slice(0, -1))).toBe(false);
    expect(isKeyText(key.replace('mcpo_', 'mcpx_'))).toBe(false);
  });

  it('shows too little of itself to be used', () => {
    const key = newKeyText();
    const { prefix, last4 } = publicParts(key);
    expect(key.startsWith(prefix) && key.endsWith(last4)).toBe(true);
    expect(prefix.length + last4.length).toBe(13);
  });
});
