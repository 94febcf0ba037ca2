import type { IncomingMessage } from 'node:http';
import { ByteParts } from '../../shared/byte-parts.js';

/**
 * The whole body, or `too large` as soon as it is known to be; nothing is called when the client goes away before its
 * end.
 */
export function readBody(req: IncomingMessage, limit: number, done: (body: Buffer | 'too large') => void): void {
  if (Number(req.headers['content-length'] ?? 0) > limit) return done('too large');
  let parts: ByteParts | undefined = new ByteParts();
  req.on('data', (part: Buffer) => {
    if (!parts) return;
    parts.add(part);
    if (parts.length <= limit) return;
    parts = undefined;
    done('too large');
  });
  req.on('end', () => {
    if (parts) done(parts.take());
  });
}
