import { programEnvironment } from '../../shared/config/index.js';
import { discover, type Catalogue } from './discover.js';
import type { UpstreamTarget } from './link.js';
import type { LinkOpener } from './open-link.js';
import { findProgram, requireFolder } from './stdio/find-program.js';
import { UpstreamError } from './upstream-error.js';

/** One thing that was tried: `resolve`, `connect`, or the method of a list. */
export interface ProbeStep {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  /** What was found, or what went wrong and what to do about it. */
  readonly message: string;
}

export interface ProbeResult {
  readonly ok: boolean;
  readonly steps: readonly ProbeStep[];
  /** The program's last lines on stderr. */
  readonly stderr: readonly string[];
  readonly catalogue?: Catalogue;
  readonly error?: Error;
}

/** Runs steps one after another and tells of each as soon as it is over. */
class Steps {
  readonly done: ProbeStep[] = [];

  constructor(private readonly onStep: (step: ProbeStep) => void) {}

  async run<T>(name: string, work: () => Promise<T>, describe: (value: T) => string): Promise<T> {
    const from = performance.now();
    const tell = (ok: boolean, message: string) => {
      const step = { name, ok, ms: Math.round(performance.now() - from), message };
      this.done.push(step);
      this.onStep(step);
    };
    try {
      const value = await work();
      tell(true, describe(value));
      return value;
    } catch (error) {
      tell(false, (error as Error).message);
      throw error;
    }
  }
}

/** "Test connection": opens a link of its own, reads all the lists, and closes it. Never throws. */
export async function probe(
  opener: LinkOpener,
  target: UpstreamTarget,
  onStep: (step: ProbeStep) => void,
): Promise<ProbeResult> {
  const steps = new Steps(onStep);
  const log = opener.logOf(target);
  try {
    await steps.run('resolve', () => resolve(opener, target), String);
    const link = await steps.run(
      'connect',
      async () => (await opener.prepare({ target, log, handlers: {} })).open(),
      ({ handshake: { serverInfo, protocolVersion } }) =>
        `${serverInfo.name} ${serverInfo.version}, MCP ${protocolVersion}`,
    );
    try {
      const catalogue = await discover(link, (method, read) =>
        steps.run(method, read, (entries) => `${entries.length} found`),
      );
      return { ok: true, steps: steps.done, stderr: log.tail, catalogue };
    } finally {
      await link.close('the test is over');
    }
  } catch (error) {
    return { ok: false, steps: steps.done, stderr: log.tail, error: error as Error };
  }
}

async function resolve(opener: LinkOpener, target: UpstreamTarget): Promise<string> {
  if (target.transport === 'stdio') {
    const cwd = target.cwd ?? process.cwd();
    await requireFolder(cwd);
    return findProgram(target.command ?? '', target.env?.PATH ?? programEnvironment().PATH ?? '', cwd);
  }
  if (!URL.canParse(target.url ?? '')) throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'The URL is not valid.');
  const url = new URL(target.url ?? '');
  await opener.guard.check(url);
  return url.host;
}
