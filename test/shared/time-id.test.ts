import { describe, expect, it } from 'vitest';
import { timeId, timeIdAt, timeOf } from '../../src/shared/time-id.js';

describe('An id by time', () => {
  it('is a UUID of version 7 that tells when it was made', () => {
    const before = Date.now();
    const id = timeId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const ms = parseInt(id.slice(0, 13).replace('-', ''), 16);
    expect(ms).toBeGreaterThanOrEqual(before);
    expect(ms).toBeLessThanOrEqual(Date.now() + 1000);
  });

  it('orders after every id that was made before it, however many there are in a millisecond', () => {
    const ids = Array.from({ length: 50_000 }, () => timeId());
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('of a given time tells that time', () => {
    const at = new Date('2026-07-28T01:02:03.456Z');
    const ids = Array.from({ length: 10_000 }, () => timeIdAt(at));
    for (const id of ids) expect(timeOf(id)).toEqual(at);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
