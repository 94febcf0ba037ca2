import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** Names the advisory lock; any fixed number that no other lock of the product uses. */
const LOCK = 7_236_214_003;
const DAYS_AHEAD = 3;
const DAY_MS = 86_400_000;
const NAME = /^tool_call_logs_(\d{4})(\d\d)(\d\d)$/;

/** The days of `tool_call_logs`: each a table of its own, so that old calls leave by dropping it. */
@Injectable()
export class Partitions {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes the days from today on that are missing. Replicas take turns. */
  async makeAhead(now = new Date()): Promise<void> {
    await this.alone(async (manager) => {
      const existing = new Set(await names(manager));
      for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
        const day = new Date(now.getTime() + ahead * DAY_MS);
        if (!existing.has(nameOf(day))) await make(manager, day);
      }
    });
  }

  /** Drops the days that ended before `cutoff` and names them. */
  async dropBefore(cutoff: Date): Promise<string[]> {
    return this.alone(async (manager) => {
      const old = (await names(manager)).filter((name) => endOf(name) <= cutoff.getTime());
      for (const name of old) {
        await manager.query(`ALTER TABLE tool_call_logs DETACH PARTITION ${name}`);
        await manager.query(`DROP TABLE ${name}`);
      }
      return old;
    });
  }

  /** A lock that is not free soon would make calls queue behind us: give up, and come again in an hour. */
  private alone<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`SET LOCAL lock_timeout = '2s'`);
      await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      return work(manager);
    });
  }
}

async function names(manager: EntityManager): Promise<string[]> {
  const rows = await manager.query<{ name: string }[]>(
    `SELECT child.relname AS name FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
     WHERE inhparent = 'tool_call_logs'::regclass`,
  );
  return rows.map(({ name }) => name).filter((name) => NAME.test(name));
}

/**
 * Attached rather than created in place, because that does not lock the whole log; calls that fell into the default
 * partition while nobody made this day move over first.
 */
async function make(manager: EntityManager, day: Date): Promise<void> {
  const name = nameOf(day);
  const [from, to] = [day, new Date(day.getTime() + DAY_MS)].map(
    (date) => `'${date.toISOString().slice(0, 10)} 00:00Z'`,
  );
  await manager.query(`CREATE TABLE ${name} (LIKE tool_call_logs INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await manager.query(`
    WITH stray AS (DELETE FROM tool_call_logs_default WHERE at >= ${from} AND at < ${to} RETURNING *)
    INSERT INTO ${name} SELECT * FROM stray`);
  await manager.query(`ALTER TABLE tool_call_logs ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
}

function nameOf(day: Date): string {
  return `tool_call_logs_${day.toISOString().slice(0, 10).replaceAll('-', '')}`;
}

function endOf(name: string): number {
  return Date.parse(name.replace(NAME, '$1-$2-$3T00:00:00Z')) + DAY_MS;
}
