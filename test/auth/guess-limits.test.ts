import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GuessLimits } from '../../src/auth/guess-limits.js';
import { dataSourceOptions } from '../../src/shared/database/index.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

const RATE = { atOnce: 5, everySeconds: 60 };

let fresh: FreshDatabase;
let database: DataSource;
let limits: GuessLimits;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = await new DataSource(await dataSourceOptions(fresh.url)).initialize();
  limits = new GuessLimits(database);
});
beforeEach(() => database.query('DELETE FROM login_guesses'));
afterAll(async () => {
  await database.destroy();
  await fresh.drop();
});

const take = (times: number, bucket = 'ada') =>
  Promise.all(Array.from({ length: times }, () => limits.take(bucket, RATE)));
const allowed = (waits: number[]) => waits.filter((wait) => wait === 0).length;
const pass = (seconds: number) =>
  database.query(`UPDATE login_guesses SET free_at = free_at - interval '${seconds} seconds'`);

describe('Guesses', () => {
  test('are counted when they come at once, each bucket for itself', async () => {
    expect(allowed(await take(12))).toBe(5);
    expect(allowed(await take(1, 'otto'))).toBe(1);
  });

  test('come back one by one, and never more than at the start', async () => {
    await take(5);
    const [wait] = await take(1);
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    await pass(61);
    expect(allowed(await take(3))).toBe(1);
    await pass(24 * 3600);
    expect(allowed(await take(12))).toBe(5);
  });

  test('that were right are given back', async () => {
    await take(5);
    await limits.giveBack('ada', RATE);
    expect(allowed(await take(3))).toBe(1);
  });

  test('are forgotten when they no longer count', async () => {
    await take(1);
    await pass(61);
    await take(1, 'otto');
    await limits.forgetEmptyBuckets();
    expect(await database.query('SELECT count(*)::int AS count FROM login_guesses')).toEqual([{ count: 1 }]);
  });
});
