import { crc32 } from 'node:zlib';
import { BASE62, randomToken } from '../../shared/crypto/index.js';

const PREFIX = 'mcpo_';
const CHECK_LENGTH = 6;

/** A new key: a prefix that scanners know, 256 random bits, and a check sum, all in base62 as GitHub does. */
export function newKeyText(): string {
  const secret = randomToken(32);
  return PREFIX + secret + checkSum(secret);
}

/** What may be shown of a key, so that people tell theirs apart. */
export function publicParts(key: string): { prefix: string; last4: string } {
  return { prefix: key.slice(0, PREFIX.length + 4), last4: key.slice(-4) };
}

function checkSum(secret: string): string {
  let rest = crc32(secret);
  let text = '';
  while (text.length < CHECK_LENGTH) {
    text = BASE62.charAt(rest % BASE62.length) + text;
    rest = Math.floor(rest / BASE62.length);
  }
  return text;
}
