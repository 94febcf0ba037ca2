import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** Who acts: the user of the session that the request's token names. */
export interface CurrentUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly isAdmin: boolean;
  readonly sessionId: string;
  /** Where the request comes from. */
  readonly ip: string | null;
}

/** The user of a request; `undefined` on a public route without a session. */
export function currentUser(request: Request): CurrentUser | undefined {
  return request.user as CurrentUser | undefined;
}

/** The handler's parameter that is the CurrentUser. */
export const Who = createParamDecorator((_: unknown, context: ExecutionContext) =>
  currentUser(context.switchToHttp().getRequest<Request>()),
);
