import { Networks } from '../../shared/http/index.js';
import { type Scope, scopeOf } from '../routing/scope.js';
import type { KeyRecord } from './keys.js';

/** Requests; what is not limited is missing. */
export interface Limits {
  readonly minute?: number;
  readonly day?: number;
}

/** Who is asking: the holder of one API key of one project, or anybody where a project asks for no key. */
export interface Principal {
  /** Tells one from the other: the key's id, or that of the open project. */
  readonly keyId: string;
  /** `null`: without a key. */
  readonly apiKeyId: string | null;
  readonly projectId: string;
  readonly userId: string | null;
  /** Milliseconds since 1970; `Infinity` for keys that do not expire. */
  readonly expiresAt: number;
  /** `undefined`: the whole project. */
  readonly scope: Scope | undefined;
  /** `undefined`: from everywhere. */
  readonly networks: Networks | undefined;
  readonly limits: Limits | undefined;
}

export function holderOf(record: KeyRecord): Principal {
  const { id, projectId, userId, expiresAt, scopes, allowedIpRanges } = record;
  return {
    ...{ keyId: id, apiKeyId: id, projectId, userId },
    expiresAt: expiresAt?.getTime() ?? Infinity,
    scope: scopeOf(scopes),
    networks: networksOf(allowedIpRanges),
    limits: limitsOf(record),
  };
}

/** Anybody, in a project that asks for no key. */
export function visitorOf(projectId: string): Principal {
  return {
    ...{ keyId: `visitors of ${projectId}`, apiKeyId: null, projectId, userId: null, expiresAt: Infinity },
    ...{ scope: undefined, networks: undefined, limits: undefined },
  };
}

export function networksOf(ranges: readonly string[]): Networks | undefined {
  return ranges.length > 0 ? new Networks(ranges) : undefined;
}

function limitsOf({ rateLimitPerMinute, rateLimitPerDay }: KeyRecord): Limits | undefined {
  if (rateLimitPerMinute === null && rateLimitPerDay === null) return undefined;
  return {
    ...(rateLimitPerMinute !== null && { minute: rateLimitPerMinute }),
    ...(rateLimitPerDay !== null && { day: rateLimitPerDay }),
  };
}
