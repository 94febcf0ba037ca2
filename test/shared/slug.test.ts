import { describe, expect, it } from 'vitest';
import { slugFault, slugsFrom } from '../../src/shared/slug.js';

function firstSlugs(name: string, count: number): string[] {
  const slugs = slugsFrom(name, 'project');
  return Array.from({ length: count }, () => slugs.next().value);
}

describe('A project’s slug', () => {
  it.each([
    ['Web Team', 'web-team'],
    ['  Crème brûlée!  ', 'creme-brulee'],
    ['日本', 'project'],
    ['a'.repeat(100), 'a'.repeat(63)],
  ])('of "%s" is %s', (name, slug) => {
    expect(firstSlugs(name, 1)).toEqual([slug]);
  });

  it('gets a number when it is taken, and never runs out', () => {
    const slugs = firstSlugs('Demo', 40);
    expect(slugs.slice(0, 3)).toEqual(['demo', 'demo-2', 'demo-3']);
    expect(new Set(slugs).size).toBe(40);
    expect(slugs.map(slugFault)).toEqual(slugs.map(() => undefined));
  });

  it('stays within 63 characters with a suffix too', () => {
    expect(firstSlugs('a'.repeat(100), 20).filter((slug) => slugFault(slug))).toEqual([]);
  });

  it('is never a word that has a meaning in an address', () => {
    expect(firstSlugs('New', 1)).toEqual(['new-2']);
    expect(slugFault('import')).toMatch(/another slug/);
  });

  it.each(['', '-a', 'a-', 'A', 'a b', 'ä', 'a'.repeat(64), 'a/b'])('cannot be "%s"', (slug) => {
    expect(slugFault(slug)).toMatch(/1 to 63/);
  });

  it('cannot look like the id of a project', () => {
    expect(slugFault('6f9619ff-8b86-4d01-b42d-00cf4fc964ff')).toMatch(/another slug/);
  });
});
