import { describe, expect, test } from 'vitest';
import { isCommonPassword } from '../../src/auth/common-passwords.js';
import { hashPassword, verifyPassword } from '../../src/auth/passwords.js';

describe('A password', () => {
  test('is stored as a bcrypt hash of cost 12, salted', async () => {
    const [one, other] = await Promise.all([hashPassword('the same words'), hashPassword('the same words')]);
    expect(one).toMatch(/^\$2b\$12\$/);
    expect(one).not.toBe(other);
  });

  test('counts to its last character, beyond the 72 bytes of bcrypt and beyond a NUL', async () => {
    const start = 'x'.repeat(72);
    const hash = await hashPassword(`${start}right`);
    expect(await verifyPassword(`${start}right`, hash)).toBe(true);
    expect(await verifyPassword(`${start}wrong`, hash)).toBe(false);
    expect(await verifyPassword('a\0b', await hashPassword('a\0c'))).toBe(false);
  });

  test('is as much work to refuse without an account as with one', async () => {
    const hash = await hashPassword('the right one');
    const withAccount = await work(() => verifyPassword('a wrong one', hash));
    const without = await work(() => verifyPassword('a wrong one', undefined));
    expect(without).toBeGreaterThan(withAccount * 0.6);
    expect(without).toBeLessThan(withAccount * 1.6);
  });

  test('never opens an account that does not exist', async () => {
    expect(await verifyPassword('', undefined)).toBe(false);
  });

  test('is common in any case', () => {
    expect(['password1', 'PassWord1', '1qaz2wsx', 'iloveyou', '12345678'].every(isCommonPassword)).toBe(true);
    expect(['correct horse battery staple', 'kV9_w2-Lq', ''].some(isCommonPassword)).toBe(false);
  });
});

/** Processor time in microseconds, which other processes do not lengthen. */
async function work(task: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let run = 0; run < 3; run += 1) await task();
  return process.cpuUsage(before).user;
}
