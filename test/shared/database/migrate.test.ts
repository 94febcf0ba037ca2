import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUniqueViolation, migrate, migrationStatus, revertMigration } from '../../../src/shared/database/index.js';
import { emptyDatabase, type FreshDatabase } from '../../support/database.js';

const root = join(import.meta.dirname, '../../..');
const dist = join(root, process.env.TEST_DIST ?? 'dist');

let database: FreshDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await emptyDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

describe('Migrations', () => {
  it('are applied by one of several replicas that start at once', async () => {
    const applied = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect((await migrationStatus(database.url)).every((migration) => migration.applied)).toBe(true);
  });

  it('are completed by the next start when one is killed in the middle', async () => {
    await client.query('BEGIN; CREATE TABLE change_counters ()'); // holds the second migration up
    const child = fork(join(dist, 'src/cli.js'), ['migrate'], {
      env: { ...process.env, DATABASE_URL: database.url, NODE_ENV: 'test' },
      stdio: 'ignore',
    });
    const applied = async () => (await migrationStatus(database.url)).filter((migration) => migration.applied).length;
    await expect.poll(applied, { timeout: 10_000 }).toBe(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await client.query('ROLLBACK');
    const completed = await migrate(database.url);
    expect(completed.length).toBeGreaterThan(0);
    expect((await migrationStatus(database.url)).filter((migration) => !migration.applied)).toEqual([]);
  });

  it('go back one at a time', async () => {
    const applied = await migrate(database.url);
    expect(await revertMigration(database.url)).toBe(applied.at(-1));
    expect((await migrationStatus(database.url)).at(-1)).toEqual({ name: applied.at(-1), applied: false });
    expect(await migrate(database.url)).toEqual([applied.at(-1)]);
  });

  it('wait for a table that is in use instead of queueing in front of its readers', async () => {
    const applied = await migrate(database.url);
    while ((await revertMigration(database.url)) !== applied[1]);
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    await client.query('BEGIN; SELECT count(*) FROM settings');
    let isReverted = false;
    const reverting = revertMigration(database.url).then(() => (isReverted = true));
    const waits: number[] = [];
    for (let round = 0; round < 15; round++) {
      const asked = Date.now();
      await reader.query('SELECT count(*) FROM settings');
      waits.push(Date.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(isReverted).toBe(false);
    expect(Math.max(...waits)).toBeLessThan(1000);
    await client.query('COMMIT');
    await reverting;
    await reader.end();
    expect(isReverted).toBe(true);
  });
});

describe('isUniqueViolation', () => {
  it('recognises the index by its name', async () => {
    await client.query('CREATE TABLE things (name text CONSTRAINT things_name_key UNIQUE)');
    await client.query(`INSERT INTO things VALUES ('a')`);
    const error: unknown = await client.query(`INSERT INTO things VALUES ('a')`).catch((reason: unknown) => reason);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'things_name_key')).toBe(true);
    expect(isUniqueViolation(error, 'other_key')).toBe(false);
    expect(isUniqueViolation(new Error('no'))).toBe(false);
  });
});
