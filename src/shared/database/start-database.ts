import pg from 'pg';
import type { Config } from '../config/index.js';
import type { RunningDatabase } from './database.js';
import { StartupError } from '../errors/index.js';
import { joinEmbedded, startEmbedded } from './embedded/start-embedded.js';

type Where = Pick<Config, 'databaseUrl' | 'dataDir'>;

/**
 * The database of `DATABASE_URL`, or the embedded PostgreSQL of `DATA_DIR`, which also stops when this process dies.
 * @throws StartupError with exit code 3 when another process uses the same `DATA_DIR`.
 */
export async function startDatabase(config: Where): Promise<RunningDatabase> {
  if (!config.databaseUrl) return startEmbedded(config.dataDir);
  await demandAnswer(config.databaseUrl);
  return { url: config.databaseUrl, stop: () => Promise.resolve() };
}

/** @throws StartupError that names no password. */
async function demandAnswer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const where = `${client.host}:${client.port}/${client.database}`;
    throw new StartupError(`PostgreSQL at ${where} cannot be used, check DATABASE_URL: ${(error as Error).message}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** For operations beside the product: starts the database, or uses the one that a running product has started. */
export async function reachDatabase(config: Where): Promise<RunningDatabase> {
  try {
    return await startDatabase(config);
  } catch (error) {
    if (error instanceof StartupError && error.exitCode === 3) return joinEmbedded(config.dataDir);
    throw error;
  }
}
