import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Nice value of a backend that has time. */
const NICE = 10;

/**
 * Lets the backend of a connection work when nobody else needs the processor, if its PostgreSQL runs on this machine:
 * what it does then costs nobody latency.
 * @param backend its process id, as PostgreSQL tells it.
 */
export function giveWay(url: string, backend: number): void {
  if (!new URL(url).searchParams.get('host')?.startsWith('/')) return;
  try {
    const isPostgres = readFileSync(`/proc/${backend}/cmdline`, 'latin1').startsWith('postgres: ');
    if (isPostgres) setPriority(backend, NICE);
  } catch {
    // Another user's PostgreSQL, or one in a container: it works as it always does.
  }
}
