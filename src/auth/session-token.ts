import type { JwtModuleOptions } from '@nestjs/jwt';
import type { Secrets } from '../shared/crypto/index.js';
import { SESSION_HOURS } from './user-session.entity.js';

/** What the product's own tokens say about themselves, and must say to be believed (RFC 8725 §3). */
export const TOKEN = { algorithm: 'HS256', issuer: 'mcp-orchestrator', audience: 'mcp-orchestrator:session' } as const;

/** A token names a session row, so that it ends with it. */
export interface TokenPayload {
  /** The user. */
  readonly sub: string;
  /** The session. */
  readonly sid: string;
}

export function tokenOptions(secrets: Secrets): JwtModuleOptions {
  return { secret: secrets.jwtSecret, signOptions: { ...TOKEN, expiresIn: SESSION_HOURS * 3600 } };
}
