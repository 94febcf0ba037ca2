import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UpstreamTarget } from '../../../src/servers/upstream/index.js';
import { LinkOpener } from '../../../src/servers/upstream/open-link.js';
import { commandLine } from '../../../src/servers/upstream/stdio/command-line.js';
import { strongestLauncher } from '../../../src/servers/upstream/stdio/isolation.js';
import { readConfig } from '../../../src/shared/config/index.js';
import { Events } from '../../../src/shared/events/index.js';
import { root } from '../../../src/shared/root.js';
import { memoryStdio, targetOf } from '../../support/upstreams.js';
import { callTool, faultyStdio, newPool } from './harness.js';

const PATH = process.env.PATH ?? '';
const folder = mkdtempSync(join(tmpdir(), 'mcpo-isolation-'));
const secretFile = join(folder, 'jwt-secret');
writeFileSync(secretFile, 'a'.repeat(40));

let harness: Awaited<ReturnType<typeof newPool>>;
beforeAll(async () => {
  harness = await newPool({ JWT_SECRET_FILE: secretFile });
});
afterAll(() => harness.pool.closeAll());

const faulty = (registration: Partial<UpstreamTarget> = {}) =>
  targetOf({ name: 'faulty', ...faultyStdio(), ...registration });

/** A folder of programs that leave a mark when they are run, and its mark. */
function trap(...names: string[]): { path: string; mark: string } {
  const path = mkdtempSync(join(folder, 'trap-'));
  const mark = join(path, 'mark');
  for (const name of names) writeFileSync(join(path, name), `#!/bin/sh\necho "$0" >> ${mark}\n`, { mode: 0o755 });
  return { path, mark };
}

function commandLines(): string {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.map((pid) => textOf(`/proc/${pid}/cmdline`)).join('\n');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

describe('the environment of a registration', () => {
  it('does not change by which programs the server is isolated', async () => {
    const { path, mark } = trap('unshare', 'setpriv', 'mount', 'sh');
    const env = { PATH: `${path}${delimiter}${PATH}`, LD_PRELOAD: '/no/such/library.so', ENV: join(path, 'sh') };
    const target = faulty({ env });
    const link = await harness.pool.shared(target);
    expect(JSON.parse(await callTool(link, 'environment'))).toMatchObject(env);
    expect(existsSync(mark)).toBe(false);
    expect(await callTool(link, 'read', { path: `/proc/${process.pid}/environ` })).toBe('ENOENT');
    const complaints = harness.logged.filter(
      ({ serverId, message }) => serverId === target.serverId && message.includes('LD_PRELOAD'),
    );
    expect(complaints).toHaveLength(1);
  });

  it('reaches the program to the letter, and stands in no command line', async () => {
    const env = {
      ODD: `tok_0123456789 "'\\ \n$(touch ${join(folder, 'ran')}) \`id\` é`,
      EMPTY: '',
      name: 'x',
      IFS: ':',
    };
    const link = await harness.pool.shared(faulty({ env }));
    const seen = JSON.parse(await callTool(link, 'environment')) as Record<string, string>;
    expect(seen).toMatchObject(env);
    expect(Object.keys(seen).filter((name) => name.startsWith('MCPO_'))).toEqual([]);
    expect(commandLines()).toContain('faulty-stdio.mjs');
    expect(commandLines()).not.toContain('tok_0123456789');
  });

  it('reaches the program, by which it is replaced, also where the kernel gives no namespaces', async () => {
    const { words, ...launcher } = await strongestLauncher([], PATH);
    const withParent = { ...launcher, words: words.slice(0, 4), isolates: false };
    const program = [process.execPath, '-p', 'JSON.stringify([process.env.ODD, process.ppid])'];
    const line = commandLine(withParent, { ODD: `a "'$b` }, program);
    const { stdout } = spawnSync(line.words[0] ?? '', line.words.slice(1), { env: line.env, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual([`a "'$b`, process.pid]);
  });

  it('says where the program itself is looked for', async () => {
    const path = mkdtempSync(join(folder, 'path-'));
    symlinkSync(process.execPath, join(path, 'node-of-mine'));
    const target = faulty({ command: 'node-of-mine', env: { PATH: path } });
    const link = await harness.pool.shared(target);
    expect(await callTool(link, 'echo', { message: 'found' })).toBe('found');
    const missing = harness.pool.shared(faulty({ command: 'no-such-program', env: { PATH: '/secret/place' } }));
    await expect(missing).rejects.not.toThrow('/secret/place');
  });
});

describe('a stdio server', () => {
  it('cannot write the files of the product or of other servers, from wherever it starts', async () => {
    const installed = 'node_modules/@modelcontextprotocol';
    const others = [installed, join(installed, 'sdk'), join(installed, 'server-filesystem/dist')];
    for (const cwd of [undefined, join(root, 'views'), '/']) {
      const link = await harness.pool.shared(faulty(cwd === undefined ? {} : { cwd }));
      for (const place of ['views', 'src', 'node_modules', '.', ...others]) {
        expect(await callTool(link, 'open', { path: join(root, place, 'written-by-a-server') })).toBe('EROFS');
      }
      expect(await callTool(link, 'open', { path: 'written-by-a-server' })).toMatch(cwd === '/' ? /./ : /^EROFS$/);
      expect(await callTool(link, 'read', { path: join(root, 'package.json') })).toContain('"mcp-orchestrator"');
    }
  });

  it('cannot change the settings of the kernel', async () => {
    const link = await harness.pool.shared(faulty());
    expect(await callTool(link, 'open', { path: '/proc/sys/kernel/core_pattern' })).toBe('EROFS');
  });

  it('sees the files of NAME_FILE settings empty', async () => {
    const link = await harness.pool.shared(faulty());
    expect(await callTool(link, 'read', { path: secretFile })).toBe('');
    expect(readFileSync(secretFile, 'utf8')).toHaveLength(40);
  });

  it('keeps its own files beside us: server-memory remembers without a setting', async () => {
    const link = await harness.pool.shared(targetOf({ name: 'memory', ...memoryStdio() }));
    const name = `isolation-${process.pid}`;
    const entities = [{ name, entityType: 'test', observations: ['written'] }];
    expect(await callTool(link, 'create_entities', { entities })).toContain(name);
    await callTool(link, 'delete_entities', { entityNames: [name] });
  });

  it('may write elsewhere', async () => {
    const link = await harness.pool.shared(faulty({ cwd: folder }));
    expect(await callTool(link, 'open', { path: 'written' })).toBe('opened');
    expect(existsSync(join(folder, 'written'))).toBe(true);
  });
});

describe('what this host cannot protect', () => {
  it('is left out, by name', async () => {
    const protections = [
      { kind: 'read-only-folder', path: '/no/such/folder' },
      { kind: 'read-only-folder', path: folder },
    ] as const;
    const launcher = await strongestLauncher(protections, PATH);
    expect(launcher).toMatchObject({ isolates: true, unprotected: ['/no/such/folder'] });
    expect(launcher.words).toContain(folder);
    expect(launcher.words).not.toContain('/no/such/folder');
  });

  it('is everything where the launcher’s programs are missing', async () => {
    expect(await strongestLauncher([], folder)).toMatchObject({ words: [], isolates: false });
  });

  it('is said once, as is that the gateway runs as root', async () => {
    const said: string[] = [];
    const config = readConfig({ NODE_ENV: 'test', DATA_DIR: folder });
    const opener = new LinkOpener(config, new Events(), (message) => said.push(message));
    await Promise.all([opener.launcher(), opener.launcher()]);
    await opener.launcher();
    const asRoot = 'Stdio servers run with uid 0 of this host, as the gateway does. Start it as another user.';
    expect(said).toEqual(process.getuid?.() === 0 ? [asRoot] : []);
  });
});
