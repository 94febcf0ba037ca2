import { spawn } from 'node:child_process';
import { findProgram } from './find-program.js';
import { PROTECT, type Protection } from './protections.js';

/** How programs are started. */
export interface Launcher {
  /** In front of the program's own words, programs as absolute paths; empty where this host has none of them. */
  readonly words: readonly string[];
  /** Takes the program's environment over from the launcher. */
  readonly shell: string;
  /** Whether programs cannot look into the gateway and into each other. */
  readonly isolates: boolean;
  /** Paths that the kernel does not let us protect from programs. */
  readonly unprotected: readonly string[];
}

/** Absolute, because what a registration calls PATH must not decide what isolates its program. */
interface Tools {
  readonly setpriv: string;
  readonly unshare: string;
  readonly mount: string;
  readonly sh: string;
}

const NOTHING: Launcher = { words: [], shell: '', isolates: false, unprotected: [] };

async function findTools(searchPath: string): Promise<Tools | undefined> {
  const find = (name: string) => findProgram(name, searchPath, '/');
  try {
    const found = await Promise.all(['setpriv', 'unshare', 'mount', 'sh'].map(find));
    const [setpriv, unshare, mount, sh] = found as [string, string, string, string];
    return { setpriv, unshare, mount, sh };
  } catch {
    return undefined;
  }
}

/** Dies with the gateway even when that is killed with SIGKILL. */
function withParent({ setpriv }: Tools): string[] {
  return [setpriv, '--pdeathsig', 'KILL', '--'];
}

/**
 * Own user, PID and mount namespaces (Security finding 1): a program of the same uid could otherwise read the gateway's
 * secrets from /proc and from its files. In them the program has no capability, and when process 1 ends, the kernel kills
 * all the others.
 */
function namespaces(tools: Tools, protections: readonly Protection[]): string[] {
  const unshare = '--user --map-root-user --pid --fork --mount-proc --kill-child --'.split(' ');
  const protect = [tools.sh, '-c', PROTECT, 'sh', tools.mount];
  const mounts = protections.flatMap(({ kind, path }) => [kind, path]);
  const powerless = [tools.setpriv, ...'--bounding-set=-all --inh-caps=-all --no-new-privs --'.split(' ')];
  return [...withParent(tools), tools.unshare, ...unshare, ...protect, ...mounts, '--', ...powerless];
}

function works([command = '', ...args]: readonly string[], { sh }: Tools): Promise<boolean> {
  return new Promise((resolve) => {
    const trial = spawn(command, [...args, sh, '-c', ':'], { stdio: 'ignore', timeout: 5000, env: {} });
    trial.once('error', () => resolve(false));
    trial.once('exit', (code) => resolve(code === 0));
  });
}

/** The strongest launcher that this kernel permits, of the tools on this PATH. */
export async function strongestLauncher(protections: readonly Protection[], searchPath: string): Promise<Launcher> {
  const tools = await findTools(searchPath);
  if (!tools) return NOTHING;
  const possible = await Promise.all(protections.map((one) => works(namespaces(tools, [one]), tools)));
  const isolated = namespaces(
    tools,
    protections.filter((_, index) => possible[index]),
  );
  if (await works(isolated, tools)) {
    const unprotected = protections.flatMap(({ path }, index) => (possible[index] ? [] : path));
    return { words: isolated, shell: tools.sh, isolates: true, unprotected };
  }
  return (await works(withParent(tools), tools)) ? { ...NOTHING, words: withParent(tools), shell: tools.sh } : NOTHING;
}
