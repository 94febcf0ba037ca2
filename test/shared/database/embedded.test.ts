import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDatabase } from '../../../src/shared/database/index.js';
import { HeldDatabase } from '../../support/held-database.js';

const isRoot = process.getuid?.() === 0;

let dataDir: string;
let held: HeldDatabase | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mcpo-embedded-'));
});

afterEach(async () => {
  await held?.end('SIGTERM');
  held = undefined;
  await rm(dataDir, { recursive: true });
});

async function start(env?: NodeJS.ProcessEnv): Promise<HeldDatabase> {
  held = await HeldDatabase.start(dataDir, env);
  return held;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function untilGone(pid: number, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`${pid} still runs after ${withinMs} ms`);
    await pause(20);
  }
}

/** The processes between us and the server. */
function supervisors(): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args=', '-ww'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => /\d+ \/bin\/sh -c/.test(line) && line.includes(dataDir)).map((line) => parseInt(line));
}

describe('The embedded PostgreSQL', () => {
  it('listens on a socket in a private folder, on no port, and asks for the password', async () => {
    const { url, query } = await start().then((database) => ({
      url: database.url,
      query: database.query.bind(database),
    }));
    expect(await query('SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect((await query('SHOW server_version'))[0]?.server_version).toMatch(/^18/);
    const folder = new URL(url).searchParams.get('host') ?? '';
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query('SELECT 1', wrong.href)).rejects.toThrow('password authentication failed');
    expect((await stat(join(dataDir, 'database-password'))).mode & 0o777).toBe(0o600);
  });

  it('gives the product a role that is not a superuser', async () => {
    const database = await start();
    const [role] = await database.query('SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user');
    expect(role).toEqual({ rolsuper: false, rolcreaterole: false });
  });

  it('refuses a second process on the same folder with exit code 3, without making it wait', async () => {
    await start();
    await expect(HeldDatabase.start(dataDir)).rejects.toThrow(/^3: Another MCP Orchestrator uses .* stop it, or set/);
    const asked = Date.now(); // in this process, so that the time is not that of starting Node on a busy machine
    await expect(startDatabase({ databaseUrl: undefined, dataDir })).rejects.toMatchObject({ exitCode: 3 });
    expect(Date.now() - asked).toBeLessThan(500);
  });

  it('lets exactly one of two processes that start at once have the folder', async () => {
    const both = await Promise.allSettled([HeldDatabase.start(dataDir), HeldDatabase.start(dataDir)]);
    const started = both.filter((one) => one.status === 'fulfilled');
    held = started[0]?.value;
    expect(started).toHaveLength(1);
  });

  it('stops when the process is asked to end', async () => {
    const database = await start();
    const postmaster = await database.postmaster();
    expect(await database.end('SIGTERM')).toBe(0);
    expect(isAlive(postmaster)).toBe(false);
  });

  it('stops by itself when the process is killed', async () => {
    const database = await start();
    const postmaster = await database.postmaster();
    await database.end('SIGKILL');
    await untilGone(postmaster, 5000);
  });

  describe.each([
    ['the process', () => []],
    ['the process and what stands between, so that the server is an orphan', supervisors],
    ['the process and the server', async (database: HeldDatabase) => [await database.postmaster()]],
  ])('after kill -9 of %s', (_, alsoKilled) => {
    it('starts within 10 s and has what was committed, three times in a row', async () => {
      await (await start()).query('CREATE TABLE marks (n int)');
      for (const round of [1, 2, 3]) {
        await held?.query(`INSERT INTO marks VALUES (${round})`);
        const others = held ? await alsoKilled(held) : [];
        for (const pid of others) process.kill(pid, 'SIGKILL');
        await held?.end('SIGKILL');
        const asked = Date.now();
        const database = await start();
        expect(Date.now() - asked).toBeLessThan(10_000);
        expect(await database.query('SELECT count(*)::int AS n FROM marks')).toEqual([{ n: round }]);
      }
    });
  });

  it('is started again when the server alone is killed', async () => {
    const database = await start();
    const killed = await database.postmaster();
    process.kill(killed, 'SIGKILL');
    await untilGone(killed, 1000);
    await expect
      .poll(() => database.query('SELECT 1 AS one').catch(() => []), { timeout: 10_000 })
      .toEqual([{ one: 1 }]);
    expect(await database.postmaster()).not.toBe(killed);
  });

  it('starts although another program has the number that postmaster.pid names', async () => {
    await (await start()).end('SIGTERM');
    const other = spawn('sleep', ['60']);
    const lines = [other.pid, join(dataDir, 'postgres/data'), 1, 5432, dataDir, '', '12345 0', 'ready'];
    await writeFile(join(dataDir, 'postgres/data/postmaster.pid'), `${lines.join('\n')}\n`);
    try {
      expect(await (await start()).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(other.exitCode).toBeNull();
    } finally {
      other.kill();
    }
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const root = dataDir;
    dataDir = join(root, 'a'.repeat(60), 'b'.repeat(60));
    try {
      expect(await (await start()).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await held?.end('SIGTERM');
      dataDir = root;
    }
  });

  it('never makes a new password over existing data', async () => {
    await (await start()).end('SIGTERM');
    await rm(join(dataDir, 'database-password'));
    await expect(start()).rejects.toThrow(/^1: The password .* is missing: put .*database-password back/);
  });

  it('does not touch data of another PostgreSQL version', async () => {
    await (await start()).end('SIGTERM');
    await writeFile(join(dataDir, 'postgres/data/PG_VERSION'), '15\n');
    await expect(start()).rejects.toThrow(/was made by PostgreSQL 15, but the embedded one is 18/);
  });

  it('makes the cluster anew when its making was cut short', async () => {
    await (await start()).end('SIGTERM');
    execFileSync('mv', [join(dataDir, 'postgres/data'), join(dataDir, 'postgres/new-half')]);
    expect(await (await start()).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await expect(stat(join(dataDir, 'postgres/new-half'))).rejects.toThrow('ENOENT');
  });

  describe.runIf(isRoot)('as root', () => {
    const withoutNamespaces = { ...process.env, PATH: '/nonexistent' };

    it('keeps the files as root’s own where user namespaces are allowed', async () => {
      await start();
      expect((await stat(join(dataDir, 'postgres/data'))).uid).toBe(0);
    });

    it('drops to an unprivileged account where they are not, and stays with it', async () => {
      await chmod(dataDir, 0o700);
      await (await start(withoutNamespaces)).query('CREATE TABLE marks (n int)');
      const { uid } = await stat(join(dataDir, 'postgres/data'));
      expect(uid).toBeGreaterThan(0);
      expect(await readFile(`/proc/${await held?.postmaster()}/status`, 'utf8')).toMatch(
        new RegExp(`^Uid:\\t${uid}\\t`, 'm'),
      );
      await held?.end('SIGKILL');
      expect(await (await start()).query('SELECT count(*)::int AS n FROM marks')).toEqual([{ n: 0 }]);
      expect((await stat(join(dataDir, 'postgres/data'))).uid).toBe(uid);
    });
  });
});
