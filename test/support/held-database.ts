import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

const root = join(import.meta.dirname, '../..');
const dist = join(root, process.env.TEST_DIST ?? 'dist');

/** The embedded database in a process of its own, built code and all. */
export class HeldDatabase {
  private constructor(
    readonly process: ChildProcess,
    readonly dataDir: string,
    readonly url: string,
  ) {}

  /** @throws Error with what the process said when it ended instead. */
  static async start(dataDir: string, env: NodeJS.ProcessEnv = process.env): Promise<HeldDatabase> {
    const child = spawn(process.execPath, [join(root, 'test/support/hold-database.mjs'), dist, dataDir], { env });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = once(child, 'close').then(([code]) => Promise.reject(new Error(`${code}: ${stderr}`)));
    ended.catch(() => undefined);
    const [url] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
    return new HeldDatabase(child, dataDir, url);
  }

  async query<Row extends pg.QueryResultRow>(sql: string, url = this.url): Promise<Row[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async postmaster(): Promise<number> {
    return Number.parseInt(await readFile(join(this.dataDir, 'postgres/data/postmaster.pid'), 'utf8'), 10);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const { process: child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }
}
