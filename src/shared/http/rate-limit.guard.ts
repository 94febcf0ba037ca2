import { Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerRequest } from '@nestjs/throttler';
import type { Request } from 'express';

/** A person who is signed in works through lists and scripts: ten times what a stranger's address gets. */
const SIGNED_IN_FACTOR = 10;

type MaybeSignedIn = Request & { user?: { sessionId: string } };

/** Counts by session where there is one (the session guard ran before), else by address. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override getTracker(request: MaybeSignedIn): Promise<string> {
    return Promise.resolve(request.user ? `session ${request.user.sessionId}` : `address ${request.ip}`);
  }

  protected override handleRequest(props: ThrottlerRequest): Promise<boolean> {
    const { user } = props.context.switchToHttp().getRequest<MaybeSignedIn>();
    return super.handleRequest(user ? { ...props, limit: props.limit * SIGNED_IN_FACTOR } : props);
  }
}
