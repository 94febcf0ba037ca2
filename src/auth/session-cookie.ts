import { Inject, Injectable } from '@nestjs/common';
import type { CookieOptions, Request } from 'express';
import { CONFIG, type Config } from '../shared/config/index.js';
import { SESSION_HOURS } from './user-session.entity.js';

/** The browser's copy of the token: no script reads it, no other site's form sends it, https keeps it to this host. */
@Injectable()
export class SessionCookie {
  readonly name: string;
  private readonly options: CookieOptions;

  constructor(@Inject(CONFIG) { publicUrl }: Config) {
    const secure = publicUrl.protocol === 'https:';
    this.name = secure ? '__Host-sid' : 'sid';
    this.options = { httpOnly: true, sameSite: 'lax', secure, path: '/' };
  }

  read(request: Request): string | null {
    return (request.cookies as Record<string, string | undefined>)[this.name] ?? null;
  }

  set(request: Request, token: string): void {
    request.res?.cookie(this.name, token, { ...this.options, maxAge: SESSION_HOURS * 3_600_000 });
  }

  clear(request: Request): void {
    request.res?.clearCookie(this.name, this.options);
  }
}
