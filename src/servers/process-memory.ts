import { readFile } from 'node:fs/promises';

/** Resident memory of a process and its descendants in bytes; null where this host has no /proc, or the process ended. */
export async function memoryOf(pid: number): Promise<number | null> {
  const own = await residentOf(pid);
  if (own === null) return null;
  const children = await Promise.all((await childrenOf(pid)).map(memoryOf));
  return children.reduce<number>((sum, bytes) => sum + (bytes ?? 0), own);
}

/** proc(5), `/proc/pid/status` */
async function residentOf(pid: number): Promise<number | null> {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await textOf(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

async function childrenOf(pid: number): Promise<number[]> {
  const pids = (await textOf(`/proc/${pid}/task/${pid}/children`)).trim();
  return pids === '' ? [] : pids.split(' ').map(Number);
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
