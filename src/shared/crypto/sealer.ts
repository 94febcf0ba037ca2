import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { sha256 } from './hash.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** A sealed text that does not open: another key, another place, or changed bytes. */
export class SealError extends Error {}

/** 32 bytes and the id that every sealed text carries, so that a missing key can be named. */
export class SealingKey {
  readonly id: string;

  constructor(readonly bytes: Buffer) {
    if (bytes.length !== 32) throw new Error('A sealing key has 32 bytes');
    this.id = sha256(Buffer.concat([Buffer.from('mcp-orchestrator key id '), bytes])).toString('hex', 0, 4);
  }
}

/** The id of the key that sealed this text. */
export function keyIdOf(sealed: string): string | undefined {
  const [version, keyId] = sealed.split('.');
  return version === VERSION ? keyId : undefined;
}

/**
 * AES-256-GCM with a random 96-bit nonce. The context (`table|row|column|…`) is authenticated but not stored, so a
 * sealed text that was moved to another place does not open there.
 */
export class Sealer {
  constructor(private readonly key: SealingKey) {}

  /** `v1.<key id>.<base64url of nonce, tag, ciphertext>` */
  seal(plain: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key.bytes, nonce).setAAD(this.authenticated(context));
    const encrypted = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    const payload = Buffer.concat([nonce, cipher.getAuthTag(), encrypted]);
    return `${VERSION}.${this.key.id}.${payload.toString('base64url')}`;
  }

  /** @throws SealError unless this key sealed exactly this text in exactly this context. */
  open(sealed: string, context: string): string {
    const keyId = keyIdOf(sealed);
    if (keyId !== this.key.id) {
      throw new SealError(`Sealed with the key ${keyId ?? '(unknown)'}, but the key in use is ${this.key.id}`);
    }
    const payload = Buffer.from(sealed.split('.')[2] ?? '', 'base64url');
    try {
      return this.decrypt(payload, context);
    } catch (error) {
      throw new SealError(`The secret of ${context} was changed or moved after it was sealed`, { cause: error });
    }
  }

  private decrypt(payload: Buffer, context: string): string {
    const nonce = payload.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key.bytes, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(this.authenticated(context)).setAuthTag(payload.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const encrypted = payload.subarray(NONCE_BYTES + TAG_BYTES);
    return decipher.update(encrypted, undefined, 'utf8') + decipher.final('utf8');
  }

  private authenticated(context: string): Buffer {
    return Buffer.from(`${VERSION}|${this.key.id}|${context}`);
  }
}
