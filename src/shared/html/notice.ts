import type { Request, Response } from 'express';

const COOKIE = 'notice';

/** Keeps a sentence for the page that follows a redirect. */
export function keepNotice(response: Response, notice: string | undefined): void {
  if (notice) response.cookie(COOKIE, notice, { httpOnly: true, sameSite: 'lax', maxAge: 60_000, path: '/' });
}

/** The sentence kept by the request before, once. */
export function takeNotice(request: Request, response: Response): string | undefined {
  const notice = (request.cookies as Record<string, string> | undefined)?.[COOKIE];
  if (notice) response.clearCookie(COOKIE, { path: '/' });
  return notice;
}
