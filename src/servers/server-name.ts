import { isUUID } from 'class-validator';

/** As long as a tool's exposed name `server__tool` leaves room for the tool. */
const NAME_LENGTH = 48;

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/;

export const NAME_RULE = `Use 1 to ${NAME_LENGTH} letters, digits, - and single _, beginning and ending with a letter or digit.`;

/**
 * Why this cannot name a server, as a sentence; `undefined` when it can. A name is part of URLs, where an id may stand in
 * its place, and of tool names, where `__` parts server from tool.
 */
export function nameFault(name: string): string | undefined {
  if (isUUID(name)) return 'Choose another name: this one looks like the id of a server.';
  return name.length <= NAME_LENGTH && NAME.test(name) && !name.includes('__') ? undefined : NAME_RULE;
}

/** The nearest valid name. */
export function asServerName(text: string): string {
  const cut = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/_{2,}/g, '_')
    .replace(/-{2,}/g, '-')
    .slice(0, NAME_LENGTH)
    .replace(/^[_-]+|[_-]+$/g, '');
  return isUUID(cut) ? `server-${cut}` : cut || 'server';
}

/** The name itself, or with the first number that makes it free; `taken` holds lower-case names. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? '' : `-${count}`;
    const candidate = name.slice(0, NAME_LENGTH - suffix.length).replace(/[_-]+$/, '') + suffix;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
}
