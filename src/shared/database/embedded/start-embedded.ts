import { realpath } from 'node:fs/promises';
import pg from 'pg';
import { readSecretFile } from '../../crypto/secret-file.js';
import { StartupError } from '../../errors/index.js';
import type { RunningDatabase } from '../database.js';
import { findBinaries } from './binaries.js';
import { ensureCluster, passwordFileIn, SUPERUSER } from './cluster.js';
import { lockFolder } from './data-lock.js';
import { arrange, homeIn, socketFolderOf } from './layout.js';
import { Server } from './server.js';

/** The product's own role and database: it owns its data, not the server. */
const NAME = 'orchestrator';

/** PostgreSQL in `dataDir`, reached through a Unix socket in a private folder and by a generated password only. */
export async function startEmbedded(dataDir: string): Promise<RunningDatabase> {
  const lock = await lockFolder(dataDir);
  try {
    const folder = await realpath(dataDir);
    const binaries = await findBinaries();
    const layout = await arrange(folder, binaries);
    const password = await ensureCluster(layout, folder, binaries);
    const urlOf = (user: string, database: string) => socketUrl(layout.socketFolder, user, password, database);
    const server = new Server(layout, () => ensureDatabase(urlOf(SUPERUSER, 'postgres'), password));
    await server.start();
    return { url: urlOf(NAME, NAME), stop: () => server.stop().finally(() => lock.close()) };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** The same database while another process runs it. */
export async function joinEmbedded(dataDir: string): Promise<RunningDatabase> {
  const home = await homeIn(await realpath(dataDir));
  const password = (await readSecretFile(passwordFileIn(dataDir))) ?? '';
  return { url: socketUrl(socketFolderOf(home), NAME, password, NAME), stop: () => Promise.resolve() };
}

function socketUrl(folder: string, user: string, password: string, database: string): string {
  return `postgresql://${user}:${password}@localhost/${database}?host=${encodeURIComponent(folder)}`;
}

async function ensureDatabase(url: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    const roles = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [NAME]);
    if (roles.rowCount === 0) {
      await client.query(`CREATE ROLE ${NAME} LOGIN CREATEDB PASSWORD ${client.escapeLiteral(password)}`);
    }
    const databases = await client.query('SELECT FROM pg_database WHERE datname = $1', [NAME]);
    if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${NAME} OWNER ${NAME}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '28P01') throw error;
    throw new StartupError('The embedded database does not accept the password kept in DATA_DIR/database-password.');
  } finally {
    await client.end().catch(() => undefined);
  }
}
