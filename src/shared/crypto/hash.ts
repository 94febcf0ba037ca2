import { createHash, randomInt } from 'node:crypto';

export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** For what is random already, such as keys and tokens; passwords need bcrypt. */
export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** Letters and digits that carry at least as much randomness as that many random bytes. */
export function randomToken(bytes: number): string {
  const length = Math.ceil((bytes * 8) / Math.log2(BASE62.length));
  return Array.from({ length }, () => BASE62[randomInt(BASE62.length)]).join('');
}
