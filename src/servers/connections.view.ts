import { id, integer, named, nullable, object, type Of, oneOf, text, time } from '../shared/api/index.js';
import type { LinkInfo } from './upstream/index.js';

const KINDS = ['shared', 'session', 'lease', 'call', 'run'] as const satisfies readonly LinkInfo['kind'][];

/** One open link as people and JSON clients see it. */
export const ConnectionView = named('Connection', {
  id: id(),
  kind: oneOf(
    KINDS,
    'Who uses it: all callers, a client session, one call after another, a call, a run in the browser.',
  ),
  protocolVersion: text(),
  pid: nullable(integer('stdio only.')),
  rssBytes: nullable(integer('Of the process and all that it has started, where this host tells.')),
  startedAt: time(),
  lastUsedAt: time(),
  inFlight: integer('Requests that wait for their answer.'),
  leases: integer('How many hold it for themselves.'),
  client: nullable(object({ name: text(), version: text() })),
});
export type ConnectionView = Of<typeof ConnectionView>;

export function connectionView(link: LinkInfo, rssBytes: number | null): ConnectionView {
  const { id, kind, protocolVersion, pid = null, openedAt, lastUsedAt, inflight: inFlight, leases, client } = link;
  return {
    ...{ id, kind, protocolVersion, pid, rssBytes, inFlight, leases },
    startedAt: openedAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    client: client ? { name: client.name, version: client.version } : null,
  };
}
