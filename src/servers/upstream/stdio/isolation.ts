import { spawn } from 'node:child_process';

/** In front of the program's own words; the program's are appended untouched. */
export type Launcher = readonly string[];

/**
 * Inside the new namespaces: hides the gateway's data folder, gives up every capability, and stays behind as process 1,
 * which reaps orphans. Being process 1 itself, a program would not react to SIGTERM.
 */
const INIT = [
  '[ ! -d "$1" ] || mount -t tmpfs -o size=4k,mode=0500 none "$1" || exit 126',
  'shift',
  `exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs -- sh -c '"$@"; exit $?' sh "$@"`,
].join('\n');

/** Dies with the gateway even when that is killed with SIGKILL. */
const WITH_PARENT: Launcher = ['setpriv', '--pdeathsig', 'KILL', '--'];

/**
 * Own user, PID and mount namespaces (Security finding 1): a program of the same uid could otherwise read the
 * gateway's secrets from /proc and from the data folder. When process 1 ends, the kernel kills all the others.
 */
function namespaces(hiddenFolder: string): Launcher {
  const unshare = 'unshare --user --map-root-user --pid --fork --mount-proc --kill-child --'.split(' ');
  return [...WITH_PARENT, ...unshare, 'sh', '-c', INIT, 'sh', hiddenFolder];
}

function works([command = '', ...args]: Launcher): Promise<boolean> {
  return new Promise((resolve) => {
    const trial = spawn(command, [...args, 'true'], { stdio: 'ignore', timeout: 5000 });
    trial.once('error', () => resolve(false));
    trial.once('exit', (code) => resolve(code === 0));
  });
}

/** The strongest launcher that this kernel permits; an empty one starts programs without isolation. */
export async function strongestLauncher(hiddenFolder: string): Promise<Launcher> {
  for (const launcher of [namespaces(hiddenFolder), WITH_PARENT]) if (await works(launcher)) return launcher;
  return [];
}

/** Whether programs cannot look into the gateway and into each other. */
export function isolates(launcher: Launcher): boolean {
  return launcher.includes('unshare');
}
