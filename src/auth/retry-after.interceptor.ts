import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { type Observable, tap } from 'rxjs';
import { TooManyGuesses } from './auth.errors.js';

/** Says in the header, too, how long to wait (RFC 9110 §10.2.3). */
@Injectable()
export class RetryAfter implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      tap({
        error: (error: unknown) => {
          if (error instanceof TooManyGuesses) response.set('Retry-After', String(error.retryAfterSeconds));
        },
      }),
    );
  }
}
