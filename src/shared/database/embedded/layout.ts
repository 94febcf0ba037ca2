import { createHash } from 'node:crypto';
import { chmod, chown, cp, lstat, mkdir, realpath, rename, rmdir, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StartupError } from '../../errors/index.js';
import { type Account, accountsFor, succeeds } from './account.js';
import { type Binaries, programIn } from './binaries.js';

/** `sun_path` holds 108 bytes, the last of them zero. */
const MAX_SOCKET_PATH_BYTES = 107;
const SOCKET_NAME = '.s.PGSQL.5432';

/** Where root keeps what another account must reach although `DATA_DIR` or the programs are in a private folder. */
const SHARED_STATE = '/var/lib/mcp-orchestrator';

/** Where one server's files are, and as whom its programs run. */
export interface Layout {
  readonly account: Account;
  /** Holds `bin`, `lib` and `share`. */
  readonly programs: string;
  /** 0700, of the account; holds the cluster. */
  readonly home: string;
  readonly cluster: string;
  /** 0700, of the account; holds nothing but the socket. */
  readonly socketFolder: string;
}

/** @throws StartupError when no account of this host can run the server. */
export async function arrange(dataDir: string, binaries: Binaries): Promise<Layout> {
  const home = await homeIn(dataDir);
  for (const account of await accountsFor(home)) {
    const isOther = account.uid !== undefined;
    const programs = isOther ? await reachablePrograms(account, binaries) : binaries.folder;
    if (!(await succeeds(account, [programIn(programs, 'postgres'), '--version']))) continue;
    const reached = isOther ? await reachableHome(account, home) : await makeFolder(home, account);
    const socketFolder = await makeSocketFolder(reached, account);
    return { account, programs, home: reached, cluster: join(reached, 'data'), socketFolder };
  }
  throw new StartupError(
    'The embedded PostgreSQL cannot run here, neither as this user nor as another: run MCP Orchestrator as an ordinary ' +
      'user of a glibc Linux, or set DATABASE_URL to a PostgreSQL 15 or newer.',
  );
}

export async function homeIn(dataDir: string): Promise<string> {
  const usual = join(dataDir, 'postgres');
  return realpath(usual).catch(() => usual);
}

async function reachablePrograms(account: Account, { folder, version }: Binaries): Promise<string> {
  if (await canRead(account, programIn(folder, 'postgres'))) return folder;
  const place = join(SHARED_STATE, `postgresql-${version}`);
  if (await lstat(place).catch(() => undefined)) return place;
  const draft = `${place}.${process.pid}`;
  await mkdir(SHARED_STATE, { recursive: true, mode: 0o711 });
  await cp(folder, draft, { recursive: true, verbatimSymlinks: true });
  await rename(draft, place);
  return place;
}

/** In `DATA_DIR` when the account gets there; else elsewhere, and `DATA_DIR` says where by a link. */
async function reachableHome(account: Account, home: string): Promise<string> {
  await chmod(dirname(home), 0o711);
  await makeFolder(home, account);
  if (await canRead(account, home)) return home;
  await rmdir(home);
  const elsewhere = join(SHARED_STATE, digest(home));
  await mkdir(SHARED_STATE, { recursive: true, mode: 0o711 });
  await makeFolder(elsewhere, account);
  await symlink(elsewhere, home);
  return elsewhere;
}

function canRead(account: Account, path: string): Promise<boolean> {
  return succeeds(account, ['/bin/sh', '-c', 'test -r "$1"', 'sh', path]);
}

async function makeFolder(path: string, { uid, gid }: Account): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
  return path;
}

function digest(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}

/** Inside the home, unless its path is too long for a socket. */
export function socketFolderOf(home: string): string {
  const inside = join(home, 'run');
  const fits = Buffer.byteLength(join(inside, SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES;
  return fits ? inside : join(tmpdir(), `mcp-orchestrator-${digest(home)}`);
}

async function makeSocketFolder(home: string, account: Account): Promise<string> {
  const folder = await makeFolder(socketFolderOf(home), account);
  const found = await lstat(folder);
  const isOurs = found.uid === (account.uid ?? process.geteuid?.());
  if (found.isDirectory() && isOurs && (found.mode & 0o777) === 0o700) return folder;
  throw new StartupError(`${folder} is not a private folder of the database's user: remove it, or shorten DATA_DIR.`);
}
