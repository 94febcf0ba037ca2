import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { programEnvironment } from '../../config/index.js';

/** As whom the server's programs run. PostgreSQL refuses to run as root. */
export interface Account {
  /** A program that changes identity and then becomes the program named behind it. */
  readonly prefix: readonly string[];
  /** Set where the identity is changed by the kernel at start; the server's files belong to it. */
  readonly uid?: number;
  readonly gid?: number;
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export function start(account: Account, command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const [program = '', ...args] = [...account.prefix, ...command];
  const { prefix: _, ...identity } = account;
  return spawn(program, args, { env: programEnvironment(), ...options, ...identity });
}

/** Whether the command ends well under this account. */
export async function succeeds(account: Account, command: readonly string[]): Promise<boolean> {
  try {
    const [code] = (await once(start(account, command, { stdio: 'ignore', cwd: '/' }), 'exit')) as [number | null];
    return code === 0;
  } catch {
    return false;
  }
}

/** The accounts to try, best first. Data that exist already decide: they are readable by their owner only. */
export async function accountsFor(serverHome: string): Promise<Account[]> {
  const owner = await ownerOf(serverHome);
  const users = (await usersOfHost()).filter(({ uid }) => uid !== 0);
  const named = users.find(({ uid }) => uid === 1000) ?? users[0];
  const inNamespace = named ? [namespaceOf(named)] : [];
  if (process.geteuid?.() !== 0) {
    const isKnown = users.some(({ uid }) => uid === process.geteuid?.());
    return isKnown ? [{ prefix: [] }] : [...inNamespace, { prefix: [] }]; // initdb refuses a user without a name
  }
  if (owner && owner.uid !== 0) return [{ prefix: [], ...owner }];
  const ordinary =
    users.find(({ name }) => name === 'postgres') ?? users.find(({ name }) => name === 'nobody') ?? named;
  return ordinary ? [...inNamespace, { prefix: [], uid: ordinary.uid, gid: ordinary.gid }] : inNamespace;
}

/** A user namespace in which we look like that user: no other account, no change of ownership. */
function namespaceOf({ uid, gid }: User): Account {
  return { prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'] };
}

async function ownerOf(folder: string): Promise<{ uid: number; gid: number } | undefined> {
  return stat(folder).then(
    ({ uid, gid }) => ({ uid, gid }),
    () => undefined,
  );
}

async function usersOfHost(): Promise<User[]> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  return lines.flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    return /^\d+$/.test(uid) ? { name, uid: Number(uid), gid: Number(gid) } : [];
  });
}
