import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type Repository } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Config, readConfig } from '../../../src/shared/config/index.js';
import { openSecrets, type Secrets } from '../../../src/shared/crypto/index.js';
import { dataSourceOptions, Setting } from '../../../src/shared/database/index.js';
import { type FreshDatabase, freshDatabase } from '../../support/database.js';

let database: FreshDatabase;
let dataSource: DataSource;
let settings: Repository<Setting>;
let dataDir: string;

beforeEach(async () => {
  database = await freshDatabase();
  dataSource = await new DataSource(await dataSourceOptions(database.url)).initialize();
  settings = dataSource.getRepository(Setting);
  dataDir = await mkdtemp(join(tmpdir(), 'mcpo-secrets-'));
});

afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

function open(environment: Record<string, string> = {}): Promise<Secrets> {
  const config: Config = readConfig({ DATA_DIR: dataDir, NODE_ENV: 'test', ...environment });
  return openSecrets(config, settings);
}

const newKey = () => randomBytes(32).toString('base64');

describe('Secrets', () => {
  it('are generated at the first start, for the owner only, and the same at the next', async () => {
    const first = await open();
    const second = await open();
    expect(second).toEqual(first);
    expect(first.jwtSecret).toMatch(/^[0-9A-Za-z]{64,}$/);
    for (const name of ['encryption-key', 'jwt-secret']) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('that are given are used and written nowhere', async () => {
    const key = newKey();
    const secrets = await open({ ENCRYPTION_KEY: key, JWT_SECRET: 'x'.repeat(40) });
    expect(secrets.sealingKey.bytes.toString('base64')).toBe(key);
    expect(secrets.jwtSecret).toBe('x'.repeat(40));
    await expect(readFile(join(dataDir, 'encryption-key'))).rejects.toThrow('ENOENT');
    expect(JSON.stringify(await settings.find())).not.toContain(key);
  });

  it('agree when replicas with one data folder start at once', async () => {
    const [first, second, third] = await Promise.all([open(), open(), open()]);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it.each(['encryption-key', 'jwt-secret'])(
    'are never generated again: without %s the start is refused',
    async (name) => {
      await open();
      await rm(join(dataDir, name));
      await expect(open()).rejects.toThrow(/[0-9a-f]{8} that this database was used with is missing: put .* back/);
      await expect(stat(join(dataDir, name))).rejects.toThrow('ENOENT');
    },
  );

  it('refuse another encryption key, naming both', async () => {
    const { sealingKey } = await open();
    await expect(open({ ENCRYPTION_KEY: newKey() })).rejects.toThrow(
      new RegExp(`sealed with the encryption key ${sealingKey.id}, but the key given is [0-9a-f]{8}`),
    );
  });

  it('refuse an encryption key file that was damaged', async () => {
    await open();
    await writeFile(join(dataDir, 'encryption-key'), 'half a k');
    await expect(open()).rejects.toThrow(/encryption-key does not hold 32 bytes/);
  });

  it('accept a new signing secret on purpose, which signs everybody out', async () => {
    await open();
    expect((await open({ JWT_SECRET: 'y'.repeat(40) })).jwtSecret).toBe('y'.repeat(40));
  });
});
