import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyIdOf, Sealer, SealError, SealingKey } from '../../../src/shared/crypto/index.js';

const key = new SealingKey(randomBytes(32));
const sealer = new Sealer(key);
const context = 'mcp_servers|1|env|TOKEN';

describe('Sealer', () => {
  it.each(['', 'a secret', 'žluťoučký 🐎', 'x'.repeat(100_000)])('opens what it sealed (%#)', (plain) => {
    expect(sealer.open(sealer.seal(plain, context), context)).toBe(plain);
  });

  it('shows neither the secret nor that two secrets are equal', () => {
    const [first, second] = [sealer.seal('hunter2hunter2', context), sealer.seal('hunter2hunter2', context)];
    expect(first).not.toBe(second);
    expect(first).not.toContain('hunter2');
    expect(first).not.toContain(Buffer.from('hunter2hunter2').toString('base64url'));
  });

  it('does not open a secret that was moved to another row or name', () => {
    const sealed = sealer.seal('secret', context);
    expect(() => sealer.open(sealed, 'mcp_servers|2|env|TOKEN')).toThrow(SealError);
  });

  it('does not open a secret with any bit flipped', () => {
    const sealed = sealer.seal('secret', context);
    const [version, id, payload = ''] = sealed.split('.');
    const bytes = Buffer.from(payload, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => sealer.open(`${version}.${id}.${changed.toString('base64url')}`, context)).toThrow(SealError);
    }
  });

  it.each(['', 'v1', 'v1.', 'plain text', 'v2.aaaaaaaa.AAAA'])('does not open %j', (sealed) => {
    expect(() => sealer.open(sealed, context)).toThrow(SealError);
  });

  it('does not open a sealed text that was cut', () => {
    const sealed = sealer.seal('secret', context);
    expect(() => sealer.open(sealed.slice(0, sealed.lastIndexOf('.') + 9), context)).toThrow(SealError);
  });

  it('names both keys when another key sealed it', () => {
    const other = new SealingKey(randomBytes(32));
    const sealed = new Sealer(other).seal('secret', context);
    expect(keyIdOf(sealed)).toBe(other.id);
    expect(() => sealer.open(sealed, context)).toThrow(new RegExp(`${other.id}.*${key.id}`));
  });
});
