import type { Config } from '../config/index.js';
import type { Database } from './database.js';
import { startEmbedded } from './embedded/start-embedded.js';

/**
 * The database of `DATABASE_URL`, or the embedded PostgreSQL of `DATA_DIR`, which also stops when this process dies.
 * @throws StartupError with exit code 3 when another process uses the same `DATA_DIR`.
 */
export async function startDatabase(config: Pick<Config, 'databaseUrl' | 'dataDir'>): Promise<Database> {
  if (config.databaseUrl) return { url: config.databaseUrl, stop: () => Promise.resolve() };
  return startEmbedded(config.dataDir);
}
