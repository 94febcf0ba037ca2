import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CONFIG, type Config } from '../config/index.js';
import { Forbidden } from '../errors/index.js';
import { isOwnOrigin } from './origin.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses unsafe requests that a foreign page caused. Sec-Fetch-Site is absent on plain-HTTP origins, so Origin is the
 * fallback and is never dropped; a request without either comes from a program, not from a browser.
 */
@Injectable()
export class CsrfGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (SAFE.has(request.method) || this.isOurs(request)) return true;
    throw new Forbidden(
      `This request came from another site. Open ${this.config.publicUrl.origin} and try again there.`,
    );
  }

  private isOurs(request: Request): boolean {
    const site = request.get('Sec-Fetch-Site');
    if (site) return site === 'same-origin' || site === 'none';
    const origin = request.get('Origin');
    return !origin || isOwnOrigin(origin, request.get('Host'), this.config.publicUrl);
  }
}
