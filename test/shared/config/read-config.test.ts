import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../../src/shared/config/index.js';

const example = join(import.meta.dirname, '../../../.env.example');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcpo-config-'));
});

afterEach(() => rm(folder, { recursive: true }));

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    return (error as ConfigError).faults;
  }
}

async function exampleSettings(): Promise<Record<string, string>> {
  const lines = (await readFile(example, 'utf8')).split('\n').filter((line) => /^[A-Z]/.test(line));
  return Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string]));
}

describe('The settings', () => {
  it('need nothing to be set', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: new URL('http://localhost:3000'),
      databaseUrl: undefined,
      dataDir: resolve('.data'),
      stdioPolicy: 'admin',
      callTimeoutMs: 60_000,
    });
  });

  it('are the defaults when .env.example is used as it is', async () => {
    expect(readConfig(await exampleSettings())).toEqual(readConfig({}));
  });

  it('stand all in .env.example', async () => {
    const read = new Set<string>();
    const recorder = new Proxy<Record<string, string>>({}, { get: (_, name) => void read.add(String(name)) });
    readConfig(recorder);
    const names = [...read].filter((name) => !name.endsWith('_FILE'));
    expect(Object.keys(await exampleSettings()).sort()).toEqual(names.sort());
  });

  it('name every fault at once', () => {
    const faults = faultsOf({
      PORT: '70000',
      SIGNUP: 'maybe',
      PUBLIC_URL: 'ftp://x',
      JWT_SECRET: 'short',
      TRUSTED_PROXIES: 'x',
    });
    expect(faults).toHaveLength(5);
    for (const name of ['PORT', 'SIGNUP', 'PUBLIC_URL', 'JWT_SECRET', 'TRUSTED_PROXIES']) {
      expect(faults.join('\n')).toContain(name);
    }
  });

  it.each([
    ['PORT', '0x10'],
    ['PUBLIC_URL', 'https://example.com/mcp'],
    ['PUBLIC_URL', 'https://me:secret@example.com'],
    ['INITIAL_ADMIN_EMAIL', 'ada'],
    ['ENCRYPTION_KEY', `${'A'.repeat(42)}!=`],
  ])('refuse %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  it('never show the value of a secret in a fault', () => {
    expect(faultsOf({ ENCRYPTION_KEY: 'hunter2hunter2', JWT_SECRET: 'hunter2' }).join()).not.toContain('hunter2');
  });

  it('may stand in files', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, `${'s'.repeat(40)}\n`);
    expect(readConfig({ JWT_SECRET_FILE: file }).jwtSecret).toBe('s'.repeat(40));
    expect(faultsOf({ JWT_SECRET_FILE: join(folder, 'missing') })).toEqual([
      expect.stringContaining('JWT_SECRET_FILE'),
    ]);
    expect(faultsOf({ JWT_SECRET_FILE: file, JWT_SECRET: 't'.repeat(40) })).toEqual([
      expect.stringContaining('both set'),
    ]);
  });

  it('require shared secrets with a shared database in production', () => {
    const DATABASE_URL = 'postgresql://user:password@db.example/orchestrator';
    expect(faultsOf({ DATABASE_URL })).toHaveLength(2);
    expect(faultsOf({ DATABASE_URL, NODE_ENV: 'development' })).toEqual([]);
    expect(faultsOf({})).toEqual([]);
  });

  it('accept the database URL of a Unix socket', () => {
    const url = 'postgresql://user:password@localhost/name?host=%2Frun%2Fpostgresql';
    expect(readConfig({ DATABASE_URL: url, NODE_ENV: 'test' }).databaseUrl).toBe(url);
  });

  it.each(['10.0.0.0/8', '127.0.0.0/8,10.0.0.0/8:8080', 'fd00::/8', '[fd00::]/8:443'])(
    'accept the networks %s',
    (text) => {
      expect(readConfig({ UPSTREAM_ALLOWED_NETWORKS: text }).upstreamAllowedNetworks).toEqual(text.split(','));
    },
  );

  it.each(['10.0.0.0', '10.0.0.0/33', 'example.com/8', '10.0.0.0/8:70000'])('refuse the network %s', (text) => {
    expect(faultsOf({ UPSTREAM_ALLOWED_NETWORKS: text })).toHaveLength(1);
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });
});
