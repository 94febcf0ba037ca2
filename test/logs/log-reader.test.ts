import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LogReader } from '../../src/logs/log-reader.js';
import { dataSourceOptions } from '../../src/shared/database/index.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

let database: FreshDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await new DataSource(await dataSourceOptions(database.url)).initialize();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

it('a search that takes longer than 5 s is given up, and the reader told to narrow the time', async () => {
  const search = new LogReader(dataSource).rows('SELECT pg_sleep(20)', []);
  await expect(search).rejects.toMatchObject({
    status: 422,
    fields: { range: expect.stringContaining('shorter') as string },
  });
  expect(await dataSource.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '10s' }]);
});
