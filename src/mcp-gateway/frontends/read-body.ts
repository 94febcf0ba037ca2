import type { IncomingMessage } from 'node:http';

/**
 * The whole body, or `too large` as soon as it is known to be; nothing is called when the client goes away before its
 * end.
 */
export function readBody(req: IncomingMessage, limit: number, done: (body: Buffer | 'too large') => void): void {
  if (Number(req.headers['content-length'] ?? 0) > limit) return done('too large');
  let parts: Buffer[] | undefined = [];
  let length = 0;
  req.on('data', (part: Buffer) => {
    if (!parts) return;
    length += part.length;
    parts.push(part);
    if (length <= limit) return;
    parts = undefined;
    done('too large');
  });
  req.on('end', () => {
    if (parts) done(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
  });
}
