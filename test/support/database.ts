import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate } from '../../src/shared/database/index.js';

export interface FreshDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A migrated database of one's own; drop it when the file is done. */
export function freshDatabase(): Promise<FreshDatabase> {
  return createDatabase(inject('serverUrl'), nameOf('test'), `TEMPLATE ${inject('templateName')}`);
}

/** The same before any migration. */
export function emptyDatabase(): Promise<FreshDatabase> {
  return createDatabase(inject('serverUrl'), nameOf('empty'));
}

/** Migrates once per run what `freshDatabase` copies. */
export async function makeTemplate(serverUrl: string): Promise<FreshDatabase & { name: string }> {
  const name = nameOf('template');
  const database = await createDatabase(serverUrl, name);
  await migrate(database.url);
  return { ...database, name };
}

function nameOf(purpose: string): string {
  return `mcpo_${purpose}_${randomUUID().slice(0, 8)}`;
}

async function createDatabase(serverUrl: string, name: string, template = ''): Promise<FreshDatabase> {
  await execute(serverUrl, `CREATE DATABASE ${name} ${template}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => drop(serverUrl, name) };
}

/** An autovacuum worker that just looks at the database may not be terminated by us, and leaves by itself. */
async function drop(serverUrl: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await execute(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    } catch (error) {
      if ((error as { code?: string }).code !== '42501' || attempt === 50) throw error;
      await pause(100);
    }
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
