import type { IncomingMessage } from 'node:http';

const BEARER = /^Bearer +([^\s,]+)$/i;

/** The API key of `Authorization: Bearer …`, or else of `X-API-Key`. */
export function apiKeyOf({ headers }: IncomingMessage): string | undefined {
  const bearer = headers.authorization === undefined ? undefined : BEARER.exec(headers.authorization)?.[1];
  const plain = headers['x-api-key'];
  return bearer ?? (typeof plain === 'string' ? plain : undefined);
}
