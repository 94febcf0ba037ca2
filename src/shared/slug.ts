import { isUUID } from 'class-validator';
import { randomToken } from './crypto/index.js';

const LONGEST = 63;

/** Words that stand where a slug stands in a URL, now or soon. */
const RESERVED = new Set(['new', 'import', 'export', 'search', 'admin', 'api', 'mcp', 'sse', 'unified', 'servers']);

/** Why this cannot be a slug, as a sentence; `undefined` when it can. */
export function slugFault(slug: string): string | undefined {
  if (slug.length > LONGEST || !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(slug)) {
    return `Give a slug of 1 to ${LONGEST} lower-case letters, digits and hyphens that begins and ends with a letter or digit.`;
  }
  // A project or team is addressed by its slug or by its id, and the two must never be mistaken for each other.
  if (RESERVED.has(slug) || isUUID(slug)) return `Choose another slug: "${slug}" has a meaning of its own.`;
  return undefined;
}

/** Slugs made of a name, or of `kind` when it has no letters: the plainest first, never ending, for when one is taken. */
export function* slugsFrom(name: string, kind: 'project' | 'team'): Generator<string, never> {
  const plain = plainSlug(name) || kind;
  if (!slugFault(plain)) yield plain;
  for (let number = 2; number < 10; number++) yield withSuffix(plain, String(number));
  for (;;) yield withSuffix(plain, randomToken(4).toLowerCase());
}

function plainSlug(name: string): string {
  const words = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return trimmed(words.replace(/[^a-z0-9]+/g, '-').slice(0, LONGEST));
}

function withSuffix(slug: string, suffix: string): string {
  return `${trimmed(slug.slice(0, LONGEST - suffix.length - 1))}-${suffix}`;
}

function trimmed(slug: string): string {
  return slug.replace(/^-+|-+$/g, '');
}
