import { programEnvironment } from '../../shared/config/index.js';
import { discover, type Catalogue } from './discover.js';
import { speaksOtherwise } from './era-verdicts.js';
import type { Eras, UpstreamTarget } from './link.js';
import type { LinkOpener, OpenableLink } from './open-link.js';
import { findProgram, requireFolder } from './stdio/find-program.js';
import { UpstreamError } from './upstream-error.js';
import type { UpstreamLog } from './upstream-log.js';

/** One thing that was tried: `resolve`, `connect`, or a method. */
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
  /** Absent when that could not be told. */
  readonly eras?: Eras | undefined;
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
      () => connect(opener, target, log),
      ({ handshake: { serverInfo, protocolVersion } }) =>
        `${serverInfo.name} ${serverInfo.version}, MCP ${protocolVersion}`,
    );
    try {
      const catalogue = await discover(link, (method, read) =>
        steps.run(method, read, (entries) => `${entries.length} found`),
      );
      const eras = await erasOf(opener, link, steps);
      return { ok: true, steps: steps.done, stderr: log.tail, catalogue, eras };
    } finally {
      await link.close('the test is over');
    }
  } catch (error) {
    return { ok: false, steps: steps.done, stderr: log.tail, error: error as Error };
  }
}

async function connect(opener: LinkOpener, target: UpstreamTarget, log: UpstreamLog): Promise<OpenableLink> {
  try {
    return await (await opener.prepare({ target, era: 'legacy', log, handlers: {} })).open();
  } catch (error) {
    if (target.transport === 'sse' || !speaksOtherwise(error, target, 'legacy')) throw error;
    const modern = await opener.prepare({ target, era: 'modern', log, handlers: {} });
    return modern.open().catch(() => {
      throw error;
    });
  }
}

/** A server that speaks sessions may speak 2026-07-28 too, and works without. */
async function erasOf(opener: LinkOpener, { era, target }: OpenableLink, steps: Steps): Promise<Eras | undefined> {
  if (era === 'modern') return { legacy: false, modern: true };
  if (target.transport === 'sse') return { legacy: true, modern: false };
  const modern = await steps.run('server/discover', () => speaksModern(opener, target), sentenceFor);
  return modern === undefined ? undefined : { legacy: true, modern };
}

async function speaksModern(opener: LinkOpener, target: UpstreamTarget): Promise<boolean | undefined> {
  try {
    const link = await (await opener.prepare(opener.trialOf(target))).open();
    await link.close('the trial is over');
    return true;
  } catch (error) {
    return speaksOtherwise(error, target, 'modern') ? false : undefined;
  }
}

function sentenceFor(speaksModern: boolean | undefined): string {
  if (speaksModern === undefined) return 'It could not be told whether it speaks MCP 2026-07-28 too.';
  return speaksModern ? 'It speaks MCP 2026-07-28 too.' : 'It speaks MCP with sessions only.';
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
