import type { Request } from 'express';

declare module 'http' {
  interface IncomingMessage {
    /** The path began with `/api`: JSON, whatever Accept says. */
    apiOnly?: boolean;
  }
}

export type Wanted = 'json' | 'fragment' | 'page';

/** The one place that decides the shape of an answer; every answer that depends on it carries VARY. */
export function wanted(request: Request): Wanted {
  if (request.apiOnly || request.path.startsWith('/.well-known/')) return 'json';
  if (request.get('HX-Request') === 'true') {
    return request.get('HX-Request-Type') === 'full' ? 'page' : 'fragment';
  }
  return request.accepts(['html', 'json']) === 'json' ? 'json' : 'page';
}

export const VARY = ['Accept', 'HX-Request', 'HX-Request-Type'];
