import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UpstreamTarget } from '../../src/servers/upstream/index.js';

const require = createRequire(import.meta.url);
const EVERYTHING = require.resolve('@modelcontextprotocol/server-everything/dist/index.js');
const FILESYSTEM = require.resolve('@modelcontextprotocol/server-filesystem/dist/index.js');
const MEMORY = require.resolve('@modelcontextprotocol/server-memory/dist/index.js');

/** A server of the outside world, started as a process of its own. */
export interface RunningUpstream {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

let serial = 0;

/** A registration as the upstream links get it. */
export function targetOf(registration: Partial<UpstreamTarget>): UpstreamTarget {
  serial++;
  return {
    serverId: `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`,
    projectId: '00000000-0000-4000-9000-000000000001',
    name: 'everything',
    revision: '1',
    transport: 'stdio',
    timeoutMs: 10_000,
    ...registration,
  };
}

export interface ProgramRegistration {
  readonly transport: 'stdio';
  readonly command: string;
  readonly args: string[];
}

/** The registration of a Node program. */
export function nodeProgram(script: string, ...args: string[]): ProgramRegistration {
  return { transport: 'stdio', command: process.execPath, args: [script, ...args] };
}

export const everythingStdio = () => nodeProgram(EVERYTHING, 'stdio');
export const memoryStdio = () => nodeProgram(MEMORY);
export const filesystemStdio = (...folders: string[]) => nodeProgram(FILESYSTEM, ...folders);

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** server-everything over HTTP; its path is `/mcp`, or `/sse` for the 2024-11-05 transport. */
export async function startEverything(transport: 'streamableHttp' | 'sse', port?: number): Promise<RunningUpstream> {
  const listening = port ?? (await freePort());
  const path = transport === 'sse' ? '/sse' : '/mcp';
  return startServer([EVERYTHING, transport], listening, path);
}

/** A Node program that listens on PORT; resolves when it does. */
export async function startServer(args: string[], port: number, path = '/mcp'): Promise<RunningUpstream> {
  const child = spawn(process.execPath, args, { env: { ...process.env, PORT: String(port) }, stdio: 'ignore' });
  await listens(port, child);
  return { url: `http://127.0.0.1:${port}${path}`, port, child, stop: () => stop(child) };
}

async function listens(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`The upstream ended with exit code ${child.exitCode}`);
    // HEAD of an unknown path: opens no session and no stream.
    const answer = await fetch(`http://127.0.0.1:${port}/is-anybody-there`, { method: 'HEAD' }).catch(() => undefined);
    if (answer) return;
    await sleep(50);
  }
  throw new Error(`Nothing listens on port ${port}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
