import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dataSourceOptions } from '../../../src/shared/database/index.js';
import { type Change, Changes } from '../../../src/shared/events/index.js';
import { type FreshDatabase, freshDatabase } from '../../support/database.js';

interface Replica {
  readonly changes: Changes;
  readonly heard: Change[];
  stop(): Promise<void>;
}

const change: Change = { topic: 'servers', projectId: '0190d5a2-0000-7000-8000-000000000001', id: 'a' };
const everything: Change = { topic: 'servers', projectId: null };

let database: FreshDatabase;
let replicas: Replica[];

beforeEach(async () => {
  database = await freshDatabase();
  replicas = [];
});

afterEach(async () => {
  for (const replica of replicas) await replica.stop();
  await database.drop();
});

async function replica(): Promise<Replica> {
  const dataSource = await new DataSource(await dataSourceOptions(database.url)).initialize();
  const changes = new Changes(dataSource, database);
  const heard: Change[] = [];
  changes.listen((one) => void heard.push(one));
  await changes.onModuleInit();
  const stop = async () => {
    await changes.beforeApplicationShutdown();
    await dataSource.destroy();
  };
  replicas.push({ changes, heard, stop });
  return { changes, heard, stop };
}

async function execute(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

const breakListening = () =>
  execute(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name LIKE '%notifications'`);

describe('Changes', () => {
  it('outlive notices that are not ours', async () => {
    const [here, there] = [await replica(), await replica()];
    for (const notice of ['{}', 'null', '7', '"x"', '{"version":1}', 'no JSON']) {
      await execute(`SELECT pg_notify('mcp_orchestrator_changes', '${notice}')`);
    }
    await here.changes.publish(change);
    await vi.waitFor(() => expect(there.heard).toEqual([change]));
  });

  it('have reached the listeners here when publish returns', async () => {
    const { changes, heard } = await replica();
    changes.listen(async () => {
      await pause(20);
      heard.push(everything);
    });
    await changes.publish(change);
    expect(heard).toEqual([change, everything]);
  });

  it('reach other replicas within 200 ms, and once', async () => {
    const [here, there] = [await replica(), await replica()];
    await here.changes.publish(change);
    await vi.waitFor(() => expect(there.heard).toEqual([change]), 200);
    await pause(2500);
    expect(there.heard).toEqual([change]);
    expect(here.heard).toEqual([change]);
  });

  it('of many publishers at once are all heard', async () => {
    const [first, second, third] = [await replica(), await replica(), await replica()];
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    await Promise.all(ids.map((id) => (Number(id) % 2 ? first : second).changes.publish({ ...change, id })));
    // A poll in between may sum up what it has seen: then everything counts as changed.
    const hasHeardAll = () =>
      third.heard.some(({ id }) => id === undefined) || new Set(third.heard.map(({ id }) => id)).size === 50;
    await vi.waitFor(() => expect(hasHeardAll()).toBe(true), 5000);
  });

  it('published while the other replica could not hear are made up for within 2 s', async () => {
    const [here, there] = [await replica(), await replica()];
    await here.changes.publish(change);
    await vi.waitFor(() => expect(there.heard).toHaveLength(1));
    await breakListening();
    await here.changes.publish({ ...change, id: 'b' });
    await vi.waitFor(() => expect(there.heard).toContainEqual(everything), 2300);
  });

  it('are told at once again after the connection came back', async () => {
    const [here, there] = [await replica(), await replica()];
    await breakListening();
    await pause(1500);
    await here.changes.publish(change);
    await vi.waitFor(() => expect(there.heard).toContainEqual(change), 300);
  });

  it('that were not notified at all are found by polling', async () => {
    const { heard } = await replica();
    await execute(`INSERT INTO change_counters VALUES ('servers', 1)`);
    await vi.waitFor(() => expect(heard).toEqual([everything]), 2300);
  });

  it('are told again to a listener that failed', async () => {
    const { changes } = await replica();
    const listener = vi.fn().mockRejectedValueOnce(new Error('the database was away'));
    changes.listen(listener);
    await changes.publish(change);
    await vi.waitFor(() => expect(listener).toHaveBeenLastCalledWith(everything), 2300);
  });

  it('that could not be announced are announced later', async () => {
    const [here, there] = [await replica(), await replica()];
    await execute('ALTER TABLE change_counters RENAME TO away');
    await here.changes.publish(change);
    expect(here.heard).toEqual([change]);
    await execute('ALTER TABLE away RENAME TO change_counters');
    await vi.waitFor(() => expect(there.heard).toContainEqual(change), 2300);
  });
});
