import type { ApiKey, KeyState } from './api-key.entity.js';

const SOON_MS = 7 * 86_400_000;

/** An API key as JSON clients and pages see it: never the key itself. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly last4: string;
  readonly scopes: readonly string[];
  /** Empty: from everywhere. */
  readonly allowedIpRanges: readonly string[];
  /** `null`: as many as one likes. */
  readonly rateLimitPerMinute: number | null;
  readonly state: KeyState;
  readonly expiresSoon: boolean;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedClient: string | null;
  readonly revokedAt: string | null;
  readonly createdBy: { readonly id: string; readonly name: string };
  readonly createdAt: string;
}

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
