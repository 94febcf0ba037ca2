import { once } from 'node:events';
import { chown, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomToken } from '../../crypto/hash.js';
import { createSecretFile, readSecretFile } from '../../crypto/secret-file.js';
import { StartupError } from '../../errors/index.js';
import { start } from './account.js';
import { type Binaries, programIn } from './binaries.js';
import type { Layout } from './layout.js';

export const SUPERUSER = 'postgres';

export const passwordFileIn = (dataDir: string) => join(dataDir, 'database-password');

/** Makes the cluster at the first start. Answers with the superuser's password. */
export async function ensureCluster(layout: Layout, dataDir: string, binaries: Binaries): Promise<string> {
  const passwordFile = passwordFileIn(dataDir);
  const version = await clusterVersion(layout.cluster);
  if (version === undefined) {
    const password = (await readSecretFile(passwordFile)) ?? (await createSecretFile(passwordFile, randomToken(32)));
    await createCluster(layout, password);
    return password;
  }
  refuseOtherVersion(version, binaries.version, layout.cluster);
  const password = await readSecretFile(passwordFile);
  if (password) return password;
  throw new StartupError(`The password of the embedded database is missing: put ${passwordFile} back.`);
}

async function clusterVersion(cluster: string): Promise<string | undefined> {
  try {
    return (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function refuseOtherVersion(found: string, programs: string, cluster: string): void {
  const major = programs.split('.')[0];
  if (found === major) return;
  throw new StartupError(
    `${cluster} was made by PostgreSQL ${found}, but the embedded one is ${major}: start the version of MCP ` +
      'Orchestrator that made it, or move the data with pg_upgrade.',
  );
}

/** The folder appears under its name only when it is complete, so a start that was killed leaves no half of it. */
async function createCluster(layout: Layout, password: string): Promise<void> {
  for (const name of await readdir(layout.home)) {
    if (name.startsWith('new-')) await rm(join(layout.home, name), { recursive: true });
  }
  const draft = join(layout.home, `new-${randomToken(6)}`);
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  const { uid, gid } = layout.account;
  if (uid !== undefined && gid !== undefined) await chown(passwordFile, uid, gid);
  try {
    await runInitdb(layout, draft, passwordFile);
  } finally {
    await rm(passwordFile);
  }
  await rename(draft, layout.cluster);
}

async function runInitdb(layout: Layout, folder: string, passwordFile: string): Promise<void> {
  const options = {
    pgdata: folder,
    username: SUPERUSER,
    pwfile: passwordFile,
    'auth-local': 'scram-sha-256',
    'auth-host': 'reject',
    encoding: 'UTF8',
    'locale-provider': 'builtin',
    'builtin-locale': 'C.UTF-8',
    locale: 'C',
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const command = [programIn(layout.programs, 'initdb'), ...args, '--no-instructions'];
  const child = start(layout.account, command, { cwd: layout.home, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new StartupError(`The embedded database could not be made: ${stderr.trim()}`);
}
