import { describe, expect, it } from 'vitest';
import { ago, bytes, count, duration, plural, time } from '../../../src/shared/html/helpers-format.js';

const NOW = Date.UTC(2026, 10, 20, 12);
const before = (ms: number) => new Date(NOW - ms);
const words = (html: unknown) => String(html).replace(/<[^>]*>/g, '');

describe('figures', () => {
  it.each([
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [312.4, '312 ms'],
    [999.6, '1.00 s'],
    [1240, '1.24 s'],
    [12_345, '12.3 s'],
    [59_980, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_900, '1 h'],
    [11_400_000, '3 h 10 min'],
    [86_399_000, '1 d'],
    [180_000_000, '2 d 2 h'],
    [null, '–'],
    [Number.NaN, '–'],
  ])('a duration of %s ms reads %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1234, '1.2 kB'],
    [999_990, '1 MB'],
    [104_857_600, '104.9 MB'],
    [undefined, '–'],
  ])('%s bytes read %s', (size, text) => {
    expect(bytes(size)).toBe(text);
  });

  it('a large count is short and tells its exact figure', () => {
    expect(String(count(12_345))).toBe('<span title="12,345">12.3k</span>');
    expect(String(count('1000'))).toBe('<span title="1,000">1k</span>');
    expect(words(count(2_500_000))).toBe('2.5M');
    expect([count(0), count(999), count(null)]).toEqual(['0', '999', '–']);
  });

  it('a noun follows its number', () => {
    expect([plural(0, 'tool'), plural(1, 'tool'), plural('1200', 'tool')]).toEqual([
      '0 tools',
      '1 tool',
      '1,200 tools',
    ]);
    expect(plural(2, 'entry', 'entries')).toBe('2 entries');
  });
});

describe('moments', () => {
  it('carry their UTC time for the browser to make local', () => {
    expect(String(time('2026-11-20T10:19:50.123Z'))).toBe(
      '<time datetime="2026-11-20T10:19:50.123Z" data-time="full" title="2026-11-20 10:19:50 UTC">2026-11-20 10:19:50</time>',
    );
    expect(words(time(new Date(NOW), 'clock'))).toBe('12:00:00.000');
    expect(words(time(new Date(NOW), 'date'))).toBe('2026-11-20');
  });

  it.each([
    [before(10_000), 'just now'],
    [before(5 * 60_000), '5 min ago'],
    [before(59.8 * 60_000), '1 h ago'],
    [before(3 * 3_600_000), '3 h ago'],
    [before(24 * 3_600_000), '1 day ago'],
    [before(-10_000), 'in a moment'],
    [before(-3 * 86_400_000), 'in 3 days'],
  ])('%s reads "%s" at noon', (at, text) => {
    expect(words(ago(at, undefined, NOW))).toBe(text);
  });

  it('that never were are a dash or the words given', () => {
    expect([time(null), time('nonsense'), ago(undefined), ago(null, 'Never used')]).toEqual([
      '–',
      '–',
      '–',
      'Never used',
    ]);
  });
});
