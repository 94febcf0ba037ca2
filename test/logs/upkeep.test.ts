import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LogUpkeep } from '../../src/logs/log-upkeep.js';
import { Partitions } from '../../src/logs/partitions.js';
import { statementsFor } from '../../src/logs/recorder/inserts.js';
import { callEntry, serverLogEntry } from '../../src/logs/recorder/to-entry.js';
import type { Config } from '../../src/shared/config/index.js';
import { dataSourceOptions } from '../../src/shared/database/index.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { aCall, ids, populate } from './log-scene.js';

const NOON = new Date('2026-03-10T12:00:00Z');

let database: FreshDatabase;
let client: pg.Client;
let dataSource: DataSource;
let partitions: Partitions;
let upkeep: LogUpkeep;

async function days(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'tool_call_logs'::regclass ORDER BY name`,
  );
  return rows.map(({ name }) => name.replace('tool_call_logs_', ''));
}

async function record(...ats: string[]): Promise<void> {
  const calls = ats.map((at) => callEntry(aCall({ at: new Date(at) })));
  for (const statement of statementsFor(calls)) await client.query(statement);
}

async function whereIs(): Promise<Record<string, string>> {
  const { rows } = await client.query<{ at: Date; part: string }>(
    'SELECT at, tableoid::regclass::text AS part FROM tool_call_logs ORDER BY at',
  );
  return Object.fromEntries(rows.map(({ at, part }) => [at.toISOString(), part.replace('tool_call_logs_', '')]));
}

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await populate(client);
  dataSource = await new DataSource(await dataSourceOptions(database.url)).initialize();
  partitions = new Partitions(dataSource);
  upkeep = new LogUpkeep(partitions, dataSource, { logRetentionDays: 7 } as Config);
});

beforeEach(async () => {
  await partitions.dropBefore(new Date('9999-01-01'));
  await client.query('TRUNCATE tool_call_logs, server_logs');
});

afterAll(async () => {
  await dataSource.destroy();
  await client.end();
  await database.drop();
});

describe('the days of the call log', () => {
  it('are made ahead, once, however many replicas make them', async () => {
    await Promise.all([1, 2, 3].map(() => partitions.makeAhead(NOON)));
    expect(await days()).toEqual(['20260310', '20260311', '20260312', '20260313', 'default']);
  });

  it('take the calls of their day, and the calls that came before they were made', async () => {
    await record('2026-03-10T00:00:00.000Z', '2026-03-10T23:59:59.999Z', '2026-03-09T23:59:59.999Z');
    await partitions.makeAhead(NOON);
    await record('2026-03-11T08:00:00.000Z');
    expect(await whereIs()).toEqual({
      '2026-03-09T23:59:59.999Z': 'default',
      '2026-03-10T00:00:00.000Z': '20260310',
      '2026-03-10T23:59:59.999Z': '20260310',
      '2026-03-11T08:00:00.000Z': '20260311',
    });
  });

  it('lose the calls of a project that is deleted', async () => {
    await partitions.makeAhead(NOON);
    await record('2026-03-10T10:00:00.000Z');
    expect(Object.keys(await whereIs())).toHaveLength(1);
    await client.query('BEGIN');
    await client.query('DELETE FROM projects WHERE id = $1', [ids.project]);
    expect(await whereIs()).toEqual({});
    await client.query('ROLLBACK');
  });
});

describe('retention', () => {
  it('drops whole days once they are older than the instance keeps calls, and what else is as old', async () => {
    await partitions.makeAhead(new Date('2026-03-01T12:00:00Z'));
    await record('2026-03-02T12:00:00.000Z', '2026-03-03T12:00:00.000Z', '2026-02-01T12:00:00.000Z');
    const log = {
      projectId: ids.project,
      serverId: ids.server,
      level: 'info',
      category: 'startup',
      details: null,
    } as const;
    const logs = ['2026-03-01', '2026-03-09'].map((day) => serverLogEntry({ ...log, at: new Date(day), message: day }));
    for (const statement of statementsFor(logs)) await client.query(statement);
    await upkeep.run(NOON);
    expect(Object.values(await whereIs())).toEqual(['20260303']);
    expect(await days()).toEqual(['20260303', '20260304', '20260310', '20260311', '20260312', '20260313', 'default']);
    expect((await client.query('SELECT message FROM server_logs')).rows).toEqual([{ message: '2026-03-09' }]);
  });
});
