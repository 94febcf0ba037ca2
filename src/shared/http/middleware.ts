import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

/** Gives every request an id that stands in its answer, its log line and its error page. */
export const requestId: RequestHandler = (request, response, next) => {
  request.requestId = randomUUID();
  response.set('X-Request-Id', request.requestId);
  next();
};

const OVERRIDES = new Set(['PUT', 'PATCH', 'DELETE']);

/** HTML forms can only GET and POST: `?_method=DELETE` on a urlencoded POST names the method meant. */
export const methodOverride: RequestHandler = (request, _response, next) => {
  const method = request.query['_method'];
  if (request.method === 'POST' && typeof method === 'string' && request.is('urlencoded') && OVERRIDES.has(method)) {
    request.method = method;
    // Express 5 re-parses the query from the URL, and the DTOs know no such parameter.
    request.url = request.url.replace(/([?&])_method=[A-Z]+&?/, '$1').replace(/[?&]$/, '');
  }
  next();
};

/** `/api/x` is `/x` answering JSON only; the API's own documentation stays where it is. */
export function stripApiPrefix(request: IncomingMessage): void {
  const url = request.url ?? '/';
  if (!url.startsWith('/api/') || url.startsWith('/api/docs')) return;
  request.apiOnly = true;
  request.url = url.slice('/api'.length);
}
