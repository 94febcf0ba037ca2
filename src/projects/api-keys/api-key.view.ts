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
import { type ApiKey, KEY_STATES, SCOPES } from './api-key.entity.js';

const SOON_MS = 7 * 86_400_000;

/** An API key as JSON clients and pages see it: never the key itself. */
export const ApiKeyView = named('ApiKey', {
  id: id(),
  name: text(),
  prefix: text('How the key begins.'),
  last4: text('How it ends.'),
  scopes: list(oneOf(SCOPES)),
  allowedIpRanges: list(text(), 'Empty: from everywhere.'),
  rateLimitPerMinute: nullable(integer('null: as many as one likes.')),
  state: oneOf(KEY_STATES),
  expiresSoon: flag('Within seven days.'),
  expiresAt: nullable(time()),
  lastUsedAt: nullable(time()),
  lastUsedClient: nullable(text('The name that the client gave itself.')),
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

export function apiKeyView(key: ApiKey, creator: { name: string } | undefined, now = new Date()): ApiKeyView {
  const state = key.state(now);
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    last4: key.last4,
    scopes: key.scopes,
    allowedIpRanges: [],
    rateLimitPerMinute: null,
    state,
    expiresSoon: state === 'active' && !!key.expiresAt && key.expiresAt.getTime() - now.getTime() < SOON_MS,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    lastUsedClient: key.lastUsedClient,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    createdBy: { id: key.createdBy, name: creator?.name ?? '' },
    createdAt: key.createdAt.toISOString(),
  };
}
