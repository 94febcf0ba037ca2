import { expect, test } from 'vitest';
import { safeNext } from '../../src/auth/safe-next.js';

test.each(['/projects/a?tab=tools', '/', '/%09/evil.test', '/a//b', '/invitations/x#top'])(
  'after signing in one goes on to %s',
  (next) => {
    expect(safeNext(next)).toBe(next);
    expect(new URL(next, 'http://ours.test').origin).toBe('http://ours.test');
  },
);

test.each([
  '//evil.test',
  '/\\evil.test',
  '\\/\\/evil.test',
  '/\t/evil.test',
  '/\n/evil.test',
  '/a\\b',
  'https:evil.test',
  'javascript:alert(1)',
  'projects',
  '',
  undefined,
  ['/a'],
])('%j leads to the projects instead', (next) => {
  expect(safeNext(next)).toBe('/projects');
});
