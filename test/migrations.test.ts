import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions, migrate, migrationStatus, revertMigration } from '../src/shared/database/index.js';
import { emptyDatabase, type FreshDatabase } from './support/database.js';

let database: FreshDatabase;

beforeAll(async () => {
  database = await emptyDatabase();
});

afterAll(() => database.drop());

async function rows<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Everything that migrations can make, described so that two schemas can be compared. */
function schema(): Promise<{ description: string }[]> {
  return rows(`
    SELECT format('column %s.%s %s null=%s default=%s', table_name, column_name, data_type, is_nullable, column_default) AS description
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migrations'
    UNION ALL
    SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'migrations'
    UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations'
    UNION ALL
    SELECT format('function %s', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('type %s', oid::regtype) FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
    ORDER BY 1`);
}

describe('The migrations', () => {
  it('apply, go back completely one by one, and apply again to the same schema', async () => {
    const names = await migrate(database.url);
    const before = await schema();
    expect(before.length).toBeGreaterThan(0);
    for (const name of names.toReversed()) expect(await revertMigration(database.url)).toBe(name);
    expect(await schema()).toEqual([]);
    expect(await migrate(database.url)).toEqual(names);
    expect(await schema()).toEqual(before);
  });

  it('are named by a timestamp of their own', async () => {
    const timestamps = (await migrationStatus(database.url)).map(({ name }) => name.slice(-13));
    expect(new Set(timestamps).size).toBe(timestamps.length);
    expect(timestamps.every((timestamp) => /^\d{13}$/.test(timestamp))).toBe(true);
  });

  it('make the schema that the entities describe', async () => {
    await migrate(database.url);
    const dataSource = await new DataSource(await dataSourceOptions(database.url)).initialize();
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    } finally {
      await dataSource.destroy();
    }
  });

  it('give every foreign key an index that starts with its columns, so that deleting a parent is quick', async () => {
    const unindexed = await rows(`
      SELECT conname FROM pg_constraint c
      WHERE contype = 'f' AND conparentid = 0 AND NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
      ORDER BY 1`);
    expect(unindexed.map(({ conname }) => conname as string)).toEqual([]);
  });
});
