import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { CurrentUser } from './current-user.js';
import { SessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';
import type { User } from './user.entity.js';
import { Visitors } from './visitors.js';

/** Begins and ends the session of a request: the row and the browser's cookie together. */
@Injectable()
export class SignIns {
  constructor(
    private readonly sessions: SessionsService,
    private readonly cookie: SessionCookie,
    private readonly visitors: Visitors,
  ) {}

  /** Answers the token, for programs. */
  async begin(request: Request, user: User): Promise<string> {
    const token = await this.sessions.start(user, this.visitors.of(request));
    this.cookie.set(request, token);
    return token;
  }

  async end(request: Request, user: CurrentUser): Promise<void> {
    await this.sessions.end(user.id, user.sessionId);
    this.cookie.clear(request);
  }
}
