import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StartupError } from '../../errors/index.js';

const GENTLE_MS = 5000;
const FIRM_MS = 3000;

/**
 * Ends a server that outlived its parent. Only processes that are PostgreSQL by their executable and work in this data
 * folder are touched; `postmaster.pid` is never removed, because PostgreSQL's own check of it guards the data.
 */
export async function stopLeftovers(dataFolder: string): Promise<void> {
  const postmaster = await pidInPidFile(dataFolder);
  const found = await serversOf(dataFolder);
  send(
    found.filter((pid) => pid === postmaster),
    'SIGINT',
  ); // to the others it would mean something else
  if (await allGone(dataFolder, GENTLE_MS)) return;
  send(await serversOf(dataFolder), 'SIGQUIT');
  if (await allGone(dataFolder, FIRM_MS)) return;
  throw new StartupError(`A PostgreSQL from an earlier run still uses ${dataFolder}: stop it by hand.`, 3);
}

/** The first line of `postmaster.pid`. */
export async function pidInPidFile(dataFolder: string): Promise<number | undefined> {
  const text = await readFile(`${dataFolder}/postmaster.pid`, 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || undefined;
}

async function allGone(dataFolder: string, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  while ((await serversOf(dataFolder)).length > 0) {
    if (Date.now() > deadline) return false;
    await pause(50);
  }
  return true;
}

async function serversOf(dataFolder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const ours = await Promise.all(pids.map((pid) => isServerOf(pid, dataFolder)));
  return pids.filter((_, index) => ours[index]);
}

async function isServerOf(pid: number, dataFolder: string): Promise<boolean> {
  try {
    const program = (await readlink(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '');
    return basename(program) === 'postgres' && (await readlink(`/proc/${pid}/cwd`)) === dataFolder;
  } catch {
    return false; // it has ended, or is another user's
  }
}

function send(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
