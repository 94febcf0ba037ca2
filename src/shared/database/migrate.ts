import { setTimeout as pause } from 'node:timers/promises';
import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { openForMigrations } from './data-source.js';
import { SqlState, sqlState } from './errors.js';

/** Names the advisory lock; any fixed number that no other lock of the product uses. */
const MIGRATION_LOCK = 7_236_214_001;

/** A migration that queued behind traffic would stop that traffic, so it gives up soon and comes again. */
const LOCK_TIMEOUT = '500ms';
const ATTEMPTS = 60;

export interface MigrationStatus {
  readonly name: string;
  readonly applied: boolean;
}

/** Brings the schema up to date and names what was applied. Replicas that start together wait for the first one. */
export function migrate(url: string): Promise<string[]> {
  return alone(url, async (executor) => {
    const applied = await patiently(() => executor.executePendingMigrations());
    return applied.map(({ name }) => name);
  });
}

/** Takes the newest migration back and names it; `undefined` when there was none. */
export function revertMigration(url: string): Promise<string | undefined> {
  return alone(url, async (executor) => {
    const [newest] = await executor.getExecutedMigrations();
    if (newest) await patiently(() => executor.undoLastMigration());
    return newest?.name;
  });
}

/** Every migration that the database or the code knows, in the order they were or will be applied. */
export async function migrationStatus(url: string): Promise<MigrationStatus[]> {
  const dataSource = await openForMigrations(url);
  try {
    const executor = new MigrationExecutor(dataSource);
    const applied = (await executor.getExecutedMigrations()).toReversed();
    const pending = await executor.getPendingMigrations();
    return [
      ...applied.map(({ name }) => ({ name, applied: true })),
      ...pending.map(({ name }) => ({ name, applied: false })),
    ];
  } finally {
    await dataSource.destroy();
  }
}

/** Runs `work` while nobody else migrates: the advisory lock ends with its connection, however that ends. */
async function alone<Result>(url: string, work: (executor: MigrationExecutor) => Promise<Result>): Promise<Result> {
  const dataSource = await openForMigrations(url);
  try {
    const runner = await lock(dataSource);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    return await work(executor);
  } finally {
    await dataSource.destroy();
  }
}

async function lock(dataSource: DataSource): Promise<QueryRunner> {
  const runner = dataSource.createQueryRunner();
  await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  await runner.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
  return runner;
}

async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (sqlState(error) !== SqlState.lockNotAvailable || attempt === ATTEMPTS) throw error;
      await pause(500);
    }
  }
}
