import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** The fields of /proc/<pid>/stat after the name, which may hold blanks: [0] is the state, [1] the parent. */
function statOf(pid) {
  const stat = read(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** `root` and everything below it, except what `isForeign` says of a command line and what is below that. */
export function tree(root, isForeign = () => false) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(pids.map((pid) => [Number(pid), Number(statOf(pid)[1])]));
  const found = [root];
  for (const parent of found) {
    const children = [...parents].filter(([, of]) => of === parent).map(([pid]) => pid);
    found.push(...children.filter((pid) => !isForeign(read(pid, 'cmdline'))));
  }
  return found;
}

/** CPU time of these processes and of the children that they have buried, ms; not of those that `root` itself has. */
export function cpuMs(pids, root) {
  return pids.reduce((total, pid) => {
    const [user = 0, system = 0, buriedUser = 0, buriedSystem = 0] = statOf(pid).slice(11, 15).map(Number);
    return total + (user + system + (pid === root ? 0 : buriedUser + buriedSystem)) * TICK_MS;
  }, 0);
}

export function rssMib(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0) / 1024;
}

/** CPU time that this machine has spent on anything since it started, ms. */
function busyMs() {
  const [user, nice, system, , , irq, softIrq, steal] = readFileSync('/proc/stat', 'latin1')
    .split('\n')[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq + steal) * TICK_MS;
}

/** CPU time of the machine that is not this bench's, ms: what made its figures worse. */
export function elsewhereMs() {
  return busyMs() - cpuMs(tree(process.pid));
}
