import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { programEnvironment } from '../../../shared/config/index.js';
import type { UpstreamTarget } from '../link.js';
import { UpstreamError } from '../upstream-error.js';
import { commandLine } from './command-line.js';
import { findProgram, requireFolder } from './find-program.js';
import type { Launcher } from './isolation.js';

/** How long a program may take to leave after its stdin has ended, and after SIGTERM. */
const LEAVE_MS = 300;
const TERM_MS = 2000;

/** How long after the exit we read on for what the program said last, when somebody else holds its stdout open. */
const LAST_WORDS_MS = 200;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A started stdio server: the whole tree of its processes, as one process group. */
export class Program {
  readonly exited: Promise<Exit>;

  private constructor(readonly child: ChildProcessWithoutNullStreams) {
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        const exit = { code, signal };
        child.once('close', () => resolve(exit));
        setTimeout(() => resolve(exit), LAST_WORDS_MS).unref();
      });
    });
  }

  /** @throws UpstreamError when the program cannot be started. */
  static async start(target: UpstreamTarget, launcher: Launcher): Promise<Program> {
    const env = environmentOf(target);
    const cwd = target.cwd ?? process.cwd();
    await requireFolder(cwd);
    const path = await findProgram(target.command ?? '', env.PATH ?? '', cwd);
    const line = commandLine(launcher, env, [path, ...(target.args ?? [])]);
    const [first = path, ...words] = line.words;
    const child = spawn(first, words, { cwd, env: line.env, detached: true, shell: false });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(notStarted(path, error)));
    });
    child.on('error', () => undefined);
    return new Program(child);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Ends stdin, then asks by SIGTERM, then kills; resolves when no process of the group is left. */
  async stop(): Promise<void> {
    this.child.stdin.end();
    if (!(await this.leftWithin(LEAVE_MS))) {
      this.signal('SIGTERM');
      await this.leftWithin(TERM_MS);
    }
    this.signal('SIGKILL');
    await this.exited;
  }

  /** The group outlives its first process, so this also reaches what that left behind. */
  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // No process of the group is left.
    }
  }

  private leftWithin(milliseconds: number): Promise<boolean> {
    return Promise.race([this.exited.then(() => true), sleep(milliseconds, false, { ref: false })]);
  }
}

/** What every program needs to run, and the registration's own; nothing else of the gateway's environment. */
function environmentOf(target: UpstreamTarget): Record<string, string> {
  const odd = Object.keys(target.env ?? {}).find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (odd === undefined) return { ...programEnvironment(), ...target.env };
  throw new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    `Rename the environment variable "${odd}": only letters, digits and underscores reach a program.`,
  );
}

function notStarted(path: string, error: Error): UpstreamError {
  const reason = (error as NodeJS.ErrnoException).code ?? error.message;
  return new UpstreamError('UPSTREAM_UNAVAILABLE', `The program ${path} could not be started (${reason}).`);
}
