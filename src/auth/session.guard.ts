import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { Forbidden, Unauthorized } from '../shared/errors/index.js';
import { PUBLIC } from '../shared/http/index.js';
import { ADMIN_ONLY } from './admin-only.js';
import type { CurrentUser } from './current-user.js';
import { SESSION_STRATEGY } from './session.strategy.js';

/** Every route asks for a session unless it is `@Public()`, which also knows its visitor when there is one. */
@Injectable()
export class SessionGuard extends AuthGuard(SESSION_STRATEGY) {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override handleRequest<User>(error: unknown, found: User | false, _info: unknown, context: ExecutionContext): User {
    if (error) throw error as Error;
    const user = found ? (found as unknown as CurrentUser) : undefined;
    if (!user && !this.has(PUBLIC, context)) throw new Unauthorized();
    if (!user?.isAdmin && this.has(ADMIN_ONLY, context)) throw new Forbidden('Only administrators may do this.');
    return user as User;
  }

  private has(mark: string, context: ExecutionContext): boolean {
    return (
      this.reflector.getAllAndOverride<boolean | undefined>(mark, [context.getHandler(), context.getClass()]) ?? false
    );
  }
}
