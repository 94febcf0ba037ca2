import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { StartupError } from '../../errors/index.js';
import { programEnvironment } from '../../config/index.js';
import { start } from './account.js';
import { programIn } from './binaries.js';
import type { Layout } from './layout.js';
import { pidInPidFile, stopLeftovers } from './leftovers.js';

/**
 * Stands between us and the server and holds the other end of a pipe: when it closes, because we stop or because we
 * were killed, the server gets SIGINT ("fast shutdown": roll back, disconnect, exit).
 */
const SUPERVISE = `
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill -INT "$server"; } 2>/dev/null &
watcher=$!
exec 3<&-
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"`;

/** Small, because the machine is shared with the product; commits stay durable. */
const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: 200,
  shared_buffers: '64MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '512MB',
  random_page_cost: 1.1,
  max_parallel_workers_per_gather: 0, // they need /dev/shm, which containers keep small
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log', // errors of statements are told to their client
  log_checkpoints: 'off',
  log_line_prefix: '',
  cluster_name: 'mcp-orchestrator',
};

const STOP_MS = 20_000;
const RETRY_MS = 10_000;
const TAIL_LINES = 12;

/** One postmaster, kept running until it is stopped. */
export class Server {
  private readonly logger = new Logger('PostgreSQL');
  private child: ChildProcess | undefined;
  private tail: string[] = [];
  private stopping = false;

  constructor(
    private readonly layout: Layout,
    /** Resolves when a client got in; rejects while the server is starting, with StartupError when it is no use to wait. */
    private readonly connects: () => Promise<void>,
  ) {}

  /** Ready when it returns. What an earlier run left behind is stopped first. */
  async start(): Promise<void> {
    await stopLeftovers(this.layout.cluster);
    const deadline = Date.now() + RETRY_MS;
    while (!(await this.launch())) {
      const reason = this.tail.join('\n');
      if (Date.now() > deadline) throw new StartupError(`The embedded PostgreSQL does not start:\n${reason}`);
      await pause(250); // what a killed server leaves in shared memory goes away soon
    }
    this.restartWhenItEnds().catch((error: unknown) => this.logger.error(`The embedded PostgreSQL: ${String(error)}`));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit').then(() => true);
    child.stdin?.end();
    if (await Promise.race([ended, pause(STOP_MS, false, { ref: false })])) return;
    await stopLeftovers(this.layout.cluster);
  }

  /** False when it ended before anybody could connect. */
  private async launch(): Promise<boolean> {
    const child = await this.spawn();
    const ended = once(child, 'exit').then(() => true);
    for (;;) {
      if (await Promise.race([ended.then(() => false), this.accepts()])) return true;
      if (await Promise.race([ended, pause(20, false)])) return false;
    }
  }

  private async accepts(): Promise<boolean> {
    try {
      await this.connects();
      return true;
    } catch (error) {
      if (error instanceof StartupError) throw error;
      return false;
    }
  }

  private async spawn(): Promise<ChildProcess> {
    const { account, cluster, socketFolder, programs, home } = this.layout;
    const settings = Object.entries({ ...SETTINGS, unix_socket_directories: socketFolder });
    const command = [
      programIn(programs, 'postgres'),
      '-D',
      cluster,
      ...settings.flatMap(([n, v]) => ['-c', `${n}=${v}`]),
    ];
    const child = start(account, ['/bin/sh', '-c', SUPERVISE, 'sh', ...command], {
      cwd: home,
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true, // Ctrl+C in the terminal is for us: the server stops last
      env: { ...programEnvironment(), ...(await staleOwner(cluster)) },
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.note(text));
    this.child = child;
    return child;
  }

  private note(text: string): void {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    this.tail = [...this.tail, ...lines].slice(-TAIL_LINES);
  }

  private async restartWhenItEnds(): Promise<void> {
    while (this.child && !this.stopping) {
      if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
      if (this.stopping) return;
      this.logger.error(`The embedded PostgreSQL ended and is started again:\n${this.tail.join('\n')}`);
      await pause(500);
      if (!this.stopping) await this.launch();
    }
  }
}

/**
 * A `postmaster.pid` left by a kill may name a number that another program has by now, and the server would refuse to
 * start. No server works in the folder any more, so that owner is declared harmless; PostgreSQL still makes sure by the
 * shared memory that the file names.
 */
async function staleOwner(cluster: string): Promise<Record<string, string>> {
  const pid = await pidInPidFile(cluster);
  return pid ? { PG_GRANDPARENT_PID: String(pid) } : {};
}
