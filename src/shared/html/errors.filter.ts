import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { ThrottlerException } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { AppError, Conflict, Invalid, NotFound } from '../errors/index.js';
import type { Responder } from './responder.js';

const WORDS: Record<number, [code: string, sentence: string]> = {
  400: ['bad_request', 'The request could not be read: check its syntax.'],
  405: ['method_not_allowed', 'This address does not take that method.'],
  406: ['not_acceptable', 'This address answers HTML or JSON.'],
  413: ['too_large', 'The request is larger than 1 MB: send less at once.'],
  415: ['unsupported_media_type', 'Send JSON or a form.'],
  429: ['too_many_requests', 'Too many requests: wait a minute and try again.'],
};

/** The edge where every error of a page or JSON request becomes an answer. The unknown is logged here, once. */
@Catch()
export class ErrorsFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  constructor(private readonly responder: Responder) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const known = this.known(error) ?? this.unknown(error, http.getRequest<Request>());
    if (response.headersSent) response.destroy();
    else this.responder.sendError(response, known);
  }

  private known(error: unknown): AppError | undefined {
    if (error instanceof AppError) return error;
    // Nest wraps what a body reader throws.
    if (error instanceof Error && error.cause instanceof AppError) return error.cause;
    if (error instanceof ThrottlerException) return this.worded(429);
    if (isMalformedJson(error))
      return new Invalid({ body: `The body is not valid JSON: ${(error as Error).message}.` });
    const status = error instanceof HttpException ? error.getStatus() : (error as { status?: unknown }).status;
    if (status === 404) return new NotFound();
    if (status === 409) return new Conflict((error as Error).message);
    return typeof status === 'number' && status >= 400 && status < 500 ? this.worded(status) : undefined;
  }

  private worded(status: number): AppError {
    const [code, sentence] = WORDS[status] ?? ['bad_request', 'The request could not be handled as it was sent.'];
    return new AppError(code, status, sentence);
  }

  private unknown(error: unknown, request: Request): AppError {
    const { requestId, method, path } = request;
    const trace = error instanceof Error ? error.stack : String(error);
    this.logger.error({ message: 'unexpected error', requestId, method, path, trace });
    if (isDatabaseAway(error)) {
      return new AppError(
        'database_away',
        503,
        'The database does not answer at the moment. Try again in a few seconds.',
      );
    }
    return new AppError(
      'internal',
      500,
      'Something went wrong on our side. Try again, or tell the administrator the request id.',
    );
  }
}

const AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', '57P01', '57P02', '57P03', '08006', '08001']);

function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const cause = (error as { driverError?: { code?: string } }).driverError ?? (error as { code?: string });
  const timedOut = /timeout exceeded when trying to connect|Connection terminated/i.test(error.message);
  // Without a connection TypeORM passes on what the driver says.
  const isOfDatabase = error.name === 'QueryFailedError' || (error as { syscall?: string }).syscall === 'connect';
  return timedOut || (isOfDatabase && AWAY.has(cause.code ?? ''));
}

/** Nest wraps what the body parser says, and keeps it as the cause. */
function isMalformedJson(error: unknown): boolean {
  const { type, cause } = error as { type?: unknown; cause?: { type?: unknown } };
  return (type ?? cause?.type) === 'entity.parse.failed';
}
