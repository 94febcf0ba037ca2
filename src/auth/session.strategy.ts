import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-jwt';
import { Secrets } from '../shared/crypto/index.js';
import type { CurrentUser } from './current-user.js';
import { SessionCookie } from './session-cookie.js';
import { TOKEN, type TokenPayload } from './session-token.js';
import { SessionsService } from './sessions.service.js';
import { Visitors } from './visitors.js';

export const SESSION_STRATEGY = 'session';

/** A Bearer token decides alone where one is sent; other schemes are a proxy's business. */
function bearer(request: Request): string | undefined {
  return /^Bearer(?:\s+(.*))?$/i
    .exec(request.get('Authorization') ?? '')
    ?.slice(1)
    .map((token) => token ?? '')[0];
}

/** Reads the token of a request and finds whose session it names. */
@Injectable()
export class SessionStrategy extends PassportStrategy(Strategy, SESSION_STRATEGY) {
  constructor(
    secrets: Secrets,
    cookie: SessionCookie,
    private readonly sessions: SessionsService,
    private readonly visitors: Visitors,
  ) {
    super({
      jwtFromRequest: (request: Request) => bearer(request) ?? cookie.read(request),
      secretOrKey: secrets.jwtSecret,
      algorithms: [TOKEN.algorithm],
      issuer: TOKEN.issuer,
      audience: TOKEN.audience,
      passReqToCallback: true,
    });
  }

  async validate(request: Request, payload: TokenPayload): Promise<CurrentUser | false> {
    return (await this.sessions.resume(payload, this.visitors.of(request).ip)) ?? false;
  }
}
