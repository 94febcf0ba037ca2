import { describe, expect, it } from 'vitest';
import { InFlight } from '../../src/shared/in-flight.js';

describe('What is in flight', () => {
  it('is found by its key, whatever came and went meanwhile', () => {
    const list = new InFlight<number | string, string>();
    const map = new Map<number | string, string>();
    for (let step = 0; step < 5000; step++) {
      const key = step % 3 ? (step * 7919) % 61 : String((step * 31) % 17);
      if (step % 5 < 3) {
        list.set(key, `v${step}`);
        map.set(key, `v${step}`);
      } else {
        expect(list.delete(key)).toBe(map.delete(key));
      }
      expect(list.get(key)).toBe(map.get(key));
      expect(list.size).toBe(map.size);
    }
    expect(new Set(list.keys())).toEqual(new Set(map.keys()));
    expect(list.values().sort()).toEqual([...map.values()].sort());
  });

  it('tells the number 1 from the text "1"', () => {
    const list = new InFlight<number | string, string>();
    list.set(1, 'number');
    expect(list.has('1')).toBe(false);
    list.set('1', 'text');
    expect([list.get(1), list.get('1'), list.size]).toEqual(['number', 'text', 2]);
  });

  it('may leave while somebody walks the list', () => {
    const list = new InFlight<number, number>();
    for (let n = 0; n < 10; n++) list.set(n, n);
    for (const key of list.keys()) expect(list.delete(key)).toBe(true);
    expect(list.size).toBe(0);
  });
});
