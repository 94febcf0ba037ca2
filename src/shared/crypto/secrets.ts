import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Repository } from 'typeorm';
import { type Config, decodeKey } from '../config/index.js';
import type { Setting } from '../database/index.js';
import { StartupError } from '../errors/index.js';
import { randomToken, sha256 } from './hash.js';
import { keyIdOf, Sealer, SealError, SealingKey } from './sealer.js';
import { createSecretFile, readSecretFile } from './secret-file.js';

const SEALING_CHECK = 'sealing_key_check';
const SIGNING_KEY = 'signing_key_id';
const CHECK_CONTEXT = `settings|${SEALING_CHECK}|value`;

/** What signs and seals. Generated once, at the first start; the database remembers which, so that never happens again. */
export class Secrets {
  constructor(
    readonly jwtSecret: string,
    readonly sealingKey: SealingKey,
  ) {}
}

interface Kept {
  readonly what: string;
  readonly variable: string;
  readonly file: string;
  readonly given: string | undefined;
}

/** @throws StartupError naming the key when the one that this database was sealed or signed with is missing or another. */
export async function openSecrets(config: Config, settings: Repository<Setting>): Promise<Secrets> {
  const sealingKey = await openSealingKey(config, settings);
  return new Secrets(await openJwtSecret(config, settings), sealingKey);
}

async function openSealingKey(config: Config, settings: Repository<Setting>): Promise<SealingKey> {
  const file = join(config.dataDir, 'encryption-key');
  const kept = { what: 'encryption key', variable: 'ENCRYPTION_KEY', file, given: config.encryptionKey };
  const known = await recall(settings, SEALING_CHECK);
  const text = await readOrGenerate(kept, known && keyIdOf(known), () => randomBytes(32).toString('base64'));
  const bytes = decodeKey(text);
  if (!bytes) throw new StartupError(`${file} does not hold 32 bytes in base64 or hex: put the right file back.`);
  const key = new SealingKey(bytes);
  const sealer = new Sealer(key);
  const check = known ?? (await remember(settings, SEALING_CHECK, sealer.seal(CHECK_CONTEXT, CHECK_CONTEXT)));
  verify(sealer, key, check);
  return key;
}

function verify(sealer: Sealer, key: SealingKey, check: string): void {
  try {
    sealer.open(check, CHECK_CONTEXT);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new StartupError(
      `The secrets in this database are sealed with the encryption key ${keyIdOf(check)}, but the key given is ` +
        `${key.id}. Set ENCRYPTION_KEY, or the file encryption-key in DATA_DIR, to the key ${keyIdOf(check)}.`,
    );
  }
}

async function openJwtSecret(config: Config, settings: Repository<Setting>): Promise<string> {
  const file = join(config.dataDir, 'jwt-secret');
  const kept = { what: 'signing secret', variable: 'JWT_SECRET', file, given: config.jwtSecret };
  const known = await recall(settings, SIGNING_KEY);
  const secret = await readOrGenerate(kept, known, () => randomToken(48));
  const id = sha256(`mcp-orchestrator signing key id ${secret}`).toString('hex').slice(0, 8);
  if (id !== known) await settings.upsert({ key: SIGNING_KEY, value: id }, ['key']);
  return secret;
}

async function readOrGenerate(kept: Kept, knownId: string | undefined, generate: () => string): Promise<string> {
  const secret = kept.given ?? (await readSecretFile(kept.file));
  if (secret) return secret;
  if (knownId) {
    throw new StartupError(
      `The ${kept.what} ${knownId} that this database was used with is missing: put ${kept.file} back or set ` +
        `${kept.variable}. A new one is not made, because what depends on the old one would be lost.`,
    );
  }
  return createSecretFile(kept.file, generate());
}

async function recall(settings: Repository<Setting>, key: string): Promise<string | undefined> {
  const setting = await settings.findOneBy({ key });
  return setting ? (setting.value as string) : undefined;
}

/** What stands there afterwards: the value of the replica that came first. */
async function remember(settings: Repository<Setting>, key: string, value: string): Promise<string> {
  await settings
    .createQueryBuilder()
    .insert()
    .values({ key, value: () => ':value::jsonb' })
    .setParameter('value', JSON.stringify(value))
    .orIgnore()
    .execute();
  return (await recall(settings, key)) ?? value;
}
