import { expect, it } from 'vitest';
import { ByteParts } from '../../src/shared/byte-parts.js';

it.each([
  ['one', [5]],
  ['many tiny ones', Array.from({ length: 200_000 }, () => 1)],
  ['tiny and large ones in turn', Array.from({ length: 400 }, (_, at) => (at % 2 ? 9000 : 3))],
  ['empty ones', [0, 0, 3, 0]],
])('parts come together as they were added: %s', (_, sizes) => {
  const whole = Buffer.from(Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, at) => at % 251));
  const parts = new ByteParts();
  let from = 0;
  for (const size of sizes) parts.add(whole.subarray(from, (from += size)));
  expect(parts.length).toBe(whole.length);
  expect(parts.take().equals(whole)).toBe(true);
  expect(parts.take()).toHaveLength(0);
});

it('a million tiny parts hold little more memory than their bytes', () => {
  const parts = new ByteParts();
  const tiny = Buffer.from('x');
  const before = process.memoryUsage();
  for (let count = 0; count < 1_000_000; count++) parts.add(tiny);
  const { heapUsed, external } = process.memoryUsage();
  expect(heapUsed + external - before.heapUsed - before.external).toBeLessThan(40 * 2 ** 20);
  expect(parts.take()).toHaveLength(1_000_000);
});
