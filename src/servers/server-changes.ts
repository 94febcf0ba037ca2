import { changesOf, type FieldChange } from '../shared/events/index.js';
import type { McpServer, SealedValues } from './server.entity.js';

/** What people decide about a server; the rest of it is what was seen. */
export function decisionsOf(server: McpServer) {
  const { name, description, transport, command, args, cwd, url, sealedUrl, env, headers } = server;
  const { timeoutMs, pool, maxConnections, maxConcurrency, definitionPolicy, enabled } = server;
  const reach = { transport, command, args, cwd, url, sealedUrl, env, headers, timeoutMs };
  return { ...reach, name, description, pool, maxConnections, maxConcurrency, definitionPolicy, enabled };
}

type Decisions = ReturnType<typeof decisionsOf>;

const NO_REACH = { name: '', description: '', maxConnections: null, maxConcurrency: null };

/** Kept secrets keep their sealed text, so equal means untouched. */
export function isDecidedAlike(one: McpServer, other: McpServer): boolean {
  return isSame(decisionsOf(one), decisionsOf(other));
}

export function isReachedAlike(before: McpServer, after: McpServer): boolean {
  return isSame({ ...decisionsOf(before), ...NO_REACH }, { ...decisionsOf(after), ...NO_REACH });
}

/**
 * The fields that differ, for people to read. Arguments may hold what should have been marked as a secret, so they are
 * only named, as are sealed values; the URL is the one with its secrets masked.
 */
export function serverChanges(before: McpServer, after: McpServer): FieldChange[] {
  const plain = ({ args, env, headers, sealedUrl, ...rest }: Decisions) => rest;
  const fields = changesOf(plain(decisionsOf(before)), plain(decisionsOf(after)));
  const hasNewSecretUrl = before.sealedUrl !== after.sealedUrl && before.url === after.url;
  return [
    ...fields,
    ...(hasNewSecretUrl ? [unsaid('url')] : []),
    ...(isSame(before.args, after.args) ? [] : [unsaid('args')]),
    ...changedNames('env', before.env, after.env),
    ...changedNames('headers', before.headers, after.headers),
  ];
}

function changedNames(kind: string, before: SealedValues, after: SealedValues): FieldChange[] {
  const names = Object.keys({ ...before, ...after });
  return names.filter((name) => before[name] !== after[name]).map((name) => unsaid(`${kind}.${name}`));
}

function unsaid(field: string): FieldChange {
  return { field, from: null, to: null };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
