import {
  flag,
  id,
  integer,
  list,
  named,
  nullable,
  object,
  type Of,
  oneOf,
  text,
  time,
} from '../../shared/api/index.js';
import { type ApiKey, KEY_STATES } from './api-key.entity.js';
import type { KeyMaker } from './key-makers.service.js';

const SOON_MS = 7 * 86_400_000;

/** An API key as JSON clients and pages see it: never the key itself. */
export const ApiKeyView = named('ApiKey', {
  id: id(),
  name: text(),
  prefix: text('How the key begins.'),
  last4: text('How it ends.'),
  scopes: list(text(), '`project`, or `server:<id>` for each server; `tools:read`: only tools that change nothing.'),
  allowedIpRanges: list(text(), 'Empty: from everywhere.'),
  rateLimitPerMinute: nullable(integer('null: as the project says.')),
  rateLimitPerDay: nullable(integer('null: as the project says.')),
  state: oneOf(KEY_STATES, '`inactive`: its maker may not use keys of the project now.'),
  inactiveReason: nullable(text()),
  expiresSoon: flag('Within seven days.'),
  expiresAt: nullable(time()),
  lastUsedAt: nullable(time()),
  lastUsedClient: nullable(text('The name that the client gave itself.')),
  lastUsedIp: nullable(text()),
  rotatedFrom: nullable(id('The key that this one has followed.')),
  rotatedTo: nullable(id('The key that has followed this one.')),
  revokedAt: nullable(time()),
  createdBy: object({ id: id(), name: text() }),
  createdAt: time(),
});
export type ApiKeyView = Of<typeof ApiKeyView>;

export const NewApiKey = named('NewApiKey', {
  key: text('The key itself: no other answer holds it.'),
  apiKey: ApiKeyView,
});
export type NewApiKey = Of<typeof NewApiKey>;

interface Around {
  readonly maker: Omit<KeyMaker, 'id'> | undefined;
  /** The id of the key that has followed it. */
  readonly follower?: string | undefined;
}

export function apiKeyView(key: ApiKey, { maker, follower }: Around, now = new Date()): ApiKeyView {
  const own = key.state(now);
  const inactiveReason = own === 'active' ? (maker?.objection ?? null) : null;
  const state = inactiveReason ? 'inactive' : own;
  return {
    ...{ id: key.id, name: key.name, prefix: key.prefix, last4: key.last4 },
    scopes: key.scopes,
    allowedIpRanges: key.allowedIpRanges,
    rateLimitPerMinute: key.rateLimitPerMinute,
    rateLimitPerDay: key.rateLimitPerDay,
    ...{ state, inactiveReason },
    expiresSoon: state === 'active' && !!key.expiresAt && key.expiresAt.getTime() - now.getTime() < SOON_MS,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    lastUsedClient: key.lastUsedClient,
    lastUsedIp: key.lastUsedIp,
    rotatedFrom: key.rotatedFrom,
    rotatedTo: follower ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    createdBy: { id: key.createdBy, name: maker?.name ?? '' },
    createdAt: key.createdAt.toISOString(),
  };
}
