import bcrypt from 'bcrypt';
import { sha256 } from '../shared/crypto/index.js';
import { Limiter } from '../shared/limiter.js';

const COST = 12;

/** The hash of a password that nobody has: checking against it takes as long as checking a real one. */
const NOBODYS_HASH = '$2b$12$o9EmSnbSKkbhpLLSNyAuGuRnNbXiBtC1z8HoMoGOZBVVbrho2E0.a';

/** bcrypt reads 72 bytes and stops at a NUL; the digest in base64 is 44 characters, whatever was typed. */
function digest(password: string): string {
  return sha256(password).toString('base64');
}

/**
 * Hashing shares Node's four worker threads with name look-ups and with the database's sign-in: two at a time leave
 * room for those, and a flood of guesses waits in line.
 */
const hashing = new Limiter(2);

export function hashPassword(password: string): Promise<string> {
  return hashing.run(() => bcrypt.hash(digest(password), COST));
}

/** Takes the same time with no hash (there is no such account) as with a wrong password, and answers the same. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const matches = await hashing.run(() => bcrypt.compare(digest(password), hash ?? NOBODYS_HASH));
  return matches && hash !== undefined;
}
