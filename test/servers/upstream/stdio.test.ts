import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover, type Link, type UpstreamTarget } from '../../../src/servers/upstream/index.js';
import { everythingStdio, filesystemStdio, memoryStdio, targetOf } from '../../support/upstreams.js';
import { callTool, faultyStdio, newPool, outcomeOf, toolCall } from './harness.js';

let harness: Awaited<ReturnType<typeof newPool>>;
beforeAll(async () => {
  harness = await newPool();
});
afterAll(() => harness.pool.closeAll());

const faulty = (registration: Partial<UpstreamTarget> = {}) =>
  targetOf({ name: 'faulty', ...faultyStdio(), ...registration });

function processesLike(pattern: string): string[] {
  try {
    return execFileSync('pgrep', ['-f', pattern], { encoding: 'utf8' }).trim().split('\n');
  } catch {
    return [];
  }
}

async function eventually(isTrue: () => boolean, withinMs = 3000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`Not true within ${withinMs} ms`);
    await sleep(20);
  }
}

describe('a stdio server', () => {
  it('answers calls, and its whole catalogue can be read', async () => {
    const link = await harness.pool.shared(targetOf(everythingStdio()));
    expect(await callTool(link, 'echo', { message: 'grüße' })).toBe('Echo: grüße');
    const catalogue = await discover(link);
    expect(catalogue.tools.map(({ key }) => key)).toContain('echo');
    expect(catalogue.prompts.length).toBeGreaterThan(0);
    expect(catalogue.templates.length).toBeGreaterThan(0);
    expect(JSON.parse(catalogue.tools[0]?.definition ?? '')).toHaveProperty('inputSchema');
    expect(link.handshake.serverInfo.name).toContain('everything');
  });

  it.each([
    ['memory', memoryStdio(), 'read_graph'],
    ['filesystem', filesystemStdio('/tmp'), 'list_allowed_directories'],
  ])('works for the reference server %s', async (_name, program, tool) => {
    const link = await harness.pool.shared(targetOf(program));
    const answer = await link.call(toolCall(tool), { timeoutMs: 10_000 });
    expect(outcomeOf(answer)).toHaveProperty('content');
  });

  it('answers many calls at a time, each to its own caller', async () => {
    const link = await harness.pool.shared(faulty());
    const said = await Promise.all(Array.from({ length: 500 }, (_, n) => callTool(link, 'echo', { message: `m${n}` })));
    expect(said).toEqual(Array.from({ length: 500 }, (_, n) => `m${n}`));
    expect(link.inflight).toBe(0);
  });

  it('starts one process for all who ask at the same time', async () => {
    const target = faulty();
    const [one, other] = await Promise.all([harness.pool.shared(target), harness.pool.shared(target)]);
    expect(one).toBe(other);
    expect(harness.pool.links(target.serverId)).toHaveLength(1);
  });

  it('replaces the progress token on the way out and restores it on the way back', async () => {
    const link = await harness.pool.shared(faulty());
    const heard: unknown[] = [];
    const sink = { onMessage: (frame: { bytes: Buffer }) => heard.push(JSON.parse(frame.bytes.toString())) };
    const meta = { progressToken: 'mine "quoted"', other: 1 };
    expect(await callTool(link, 'progress', { steps: 3, pauseMs: 5 }, { sink, meta })).toBe('done');
    expect(heard).toMatchObject(
      [1, 2, 3].map((progress) => ({ params: { progressToken: 'mine "quoted"', progress } })),
    );
    const seen = JSON.parse(await callTool(link, 'params', {}, { meta })) as { _meta: Record<string, unknown> };
    expect(seen._meta).toEqual({ progressToken: expect.any(Number) as number, other: 1 });
  });

  it('cannot be given a progress token behind an escaped key', async () => {
    const link = await harness.pool.shared(faulty());
    const frame = toolCall('params', {}, { progressToken: 1 });
    const hidden = Buffer.from(frame.bytes.toString().replace('progressToken', 'progress\\u0054oken'));
    const { readFrame } = await import('../../../src/shared/jsonrpc/index.js');
    const answer = await link.call(readFrame(hidden), { timeoutMs: 5000 });
    const text = (outcomeOf(answer).content as { text: string }[])[0]?.text ?? '';
    expect((JSON.parse(text) as { _meta: { progressToken: number } })._meta.progressToken).toBeGreaterThan(1);
  });

  it('may split its characters across writes and end its lines with CRLF', async () => {
    const link = await harness.pool.shared(faulty());
    const answer = await link.call(toolCall('split'), { timeoutMs: 5000 });
    expect(outcomeOf(answer)).toEqual({ text: 'grüße 🎉' });
  });

  it('may answer with 20 MiB, and others are answered meanwhile', async () => {
    const link = await harness.pool.shared(faulty());
    const bytes = 20 * 2 ** 20;
    const [big, small] = await Promise.all([
      callTool(link, 'big', { bytes }),
      callTool(link, 'echo', { message: 'small' }),
    ]);
    expect(Buffer.byteLength(big)).toBe(bytes);
    expect(small).toBe('small');
  });

  it('may print to stdout what is no message', async () => {
    const link = await harness.pool.shared(faulty());
    expect(await callTool(link, 'chatter')).toBe('still fine');
    const messages = harness.logged.map(({ message }) => message);
    expect(messages).toContain('The server sent something that is no MCP message: Server ready!');
  });

  it('is asked again at once after a broken answer, which fails its own call only', async () => {
    const link = await harness.pool.shared(faulty());
    await expect(link.call(toolCall('deep'), { timeoutMs: 5000 })).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
    const anonymous = await link.call(toolCall('anonymous'), { timeoutMs: 5000 });
    expect(anonymous.kind).toBe('error');
    expect(await callTool(link, 'echo', { message: 'well' })).toBe('well');
  });
});

describe('a stdio server that fails', () => {
  it('fails its calls within a second when it crashes, and the next call starts it anew', async () => {
    const target = faulty();
    const link = await harness.pool.shared(target);
    const hanging = link.call(toolCall('hang'), { timeoutMs: 30_000 });
    const crashing = link.call(toolCall('crash'), { timeoutMs: 30_000 });
    const from = Date.now();
    const failure = { code: 'UPSTREAM_CLOSED', executed: 'unknown', message: 'The program ended with exit code 7.' };
    await expect(hanging).rejects.toMatchObject(failure);
    await expect(crashing).rejects.toMatchObject({ details: { exitCode: 7 } });
    expect(Date.now() - from).toBeLessThan(1000);
    const next = await harness.pool.shared(target);
    expect(next).not.toBe(link);
    expect(await callTool(next, 'echo', { message: 'back' })).toBe('back');
  });

  it('is left alone for a while when it does nothing but crash', async () => {
    const target = faulty();
    const crashNow = async () => callTool(await harness.pool.shared(target), 'crash');
    for (let time = 1; time <= 3; time++) await expect(crashNow()).rejects.toMatchObject({ executed: 'unknown' });
    await expect(harness.pool.shared(target)).rejects.toThrow('The program ended with exit code 7.');
    await sleep(1100);
    await expect(harness.pool.shared(target)).resolves.toMatchObject({ closed: false });
  });

  it('fails its calls within a second when it is killed', async () => {
    const target = faulty();
    const link = await harness.pool.shared(target);
    const hanging = link.call(toolCall('hang'), { timeoutMs: 30_000 });
    await sleep(50);
    process.kill(link.pid ?? 0, 'SIGKILL');
    await expect(hanging).rejects.toMatchObject({ code: 'UPSTREAM_CLOSED', details: { signal: 'SIGKILL' } });
  });

  it('is told that nobody waits any more when a call times out, and its late answer harms nobody', async () => {
    const link = await harness.pool.shared(faulty());
    const from = Date.now();
    await expect(link.call(toolCall('hang'), { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      executed: 'unknown',
    });
    expect(Date.now() - from).toBeLessThan(700);
    expect(await link.ask('test/cancelled')).toEqual({ cancelled: [2] });
  });

  it('is told when the caller cancels, but not of a call that was cancelled before it was sent', async () => {
    const link = await harness.pool.shared(faulty());
    const abort = new AbortController();
    const hanging = link.call(toolCall('hang'), { timeoutMs: 5000, signal: abort.signal });
    abort.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'CANCELLED', executed: 'unknown' });
    const never = link.call(toolCall('hang'), { timeoutMs: 5000, signal: AbortSignal.abort() });
    await expect(never).rejects.toMatchObject({ code: 'CANCELLED', executed: 'no' });
    expect(await link.ask('test/cancelled')).toEqual({ cancelled: [2] });
  });

  it('keeps a call alive by progress, up to the hard maximum', async () => {
    const link = await harness.pool.shared(faulty());
    const meta = { progressToken: 1 };
    const slow = callTool(link, 'progress', { steps: 6, pauseMs: 100 }, { meta, timeoutMs: 300 });
    expect(await slow).toBe('done');
    const from = Date.now();
    const endless = callTool(link, 'progress', { steps: 100, pauseMs: 100 }, { meta, timeoutMs: 300, maxMs: 800 });
    await expect(endless).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(Date.now() - from).toBeLessThan(1300);
  });

  it('is an error with the last words of stderr when it exits at the start', async () => {
    const target = faulty(faultyStdio('--exit-at-once'));
    await expect(harness.pool.shared(target)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'The program ended with exit code 3. It had not answered initialize yet.',
      details: { exitCode: 3, stderr: ['cannot find the database'] },
    });
    const from = Date.now();
    await expect(harness.pool.shared(target)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(Date.now() - from).toBeLessThan(20);
  });

  it('is an error that names the program when that does not exist', async () => {
    const missing = harness.pool.shared(targetOf({ transport: 'stdio', command: 'no-such-program' }));
    await expect(missing).rejects.toThrow(
      'The command "no-such-program" was not found on PATH. Install it or give its full path.',
    );
    const nowhere = harness.pool.shared(faulty({ cwd: '/no/such/folder' }));
    await expect(nowhere).rejects.toThrow('The working directory /no/such/folder does not exist');
  });

  it('may speak an unknown version, which is a clear error', async () => {
    const target = faulty({ env: { VERSION: '1999-01-01' } });
    await expect(harness.pool.shared(target)).rejects.toThrow('The server speaks MCP 1999-01-01; known are 2025-11-25');
  });

  it('may send a line larger than MAX_MESSAGE_BYTES, which ends it', async () => {
    const { pool } = await newPool({ MAX_MESSAGE_BYTES: '100000' });
    const link = await pool.shared(faulty());
    await expect(callTool(link, 'big', { bytes: 400_000 })).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    expect(link.closed).toBe(true);
    await pool.closeAll();
  });
});

describe('the processes of a stdio server', () => {
  it('are gone after the link is closed, also what had left the group', async () => {
    const link = await harness.pool.shared(faulty());
    await callTool(link, 'fork');
    await eventually(() => processesLike('sleep 987654').length > 0);
    await link.close('the test is over');
    await eventually(() => processesLike('sleep 987654').length === 0, 500);
  });

  it('are killed when they ignore SIGTERM', async () => {
    const link = await harness.pool.shared(faulty(faultyStdio('--stubborn')));
    const from = Date.now();
    await link.close('the test is over');
    expect(Date.now() - from).toBeLessThan(3000);
    await eventually(() => processesLike('faulty-stdio.mjs --stubborn').length === 0, 500);
  });

  it('die with a gateway that is killed', async () => {
    const { spawn } = await import('node:child_process');
    const { strongestLauncher } = await import('../../../src/servers/upstream/stdio/isolation.js');
    const { words } = await strongestLauncher([], process.env.PATH ?? '');
    const script = `require('node:child_process').spawn(${JSON.stringify(words[0])}, ${JSON.stringify([...words.slice(1), 'sleep', '876543'])}, { detached: true })`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    await eventually(() => processesLike('^sleep 876543').length > 0);
    parent.kill('SIGKILL');
    await eventually(() => processesLike('sleep 876543').length === 0);
  });

  it('see their own environment and nothing of ours', async () => {
    process.env.GATEWAY_SECRET = 'do-not-tell';
    const link = await harness.pool.shared(faulty({ env: { OWN: 'mine' } }));
    const seen = JSON.parse(await callTool(link, 'environment')) as Record<string, string>;
    delete process.env.GATEWAY_SECRET;
    expect(seen.OWN).toBe('mine');
    expect(seen.PATH).toBe(process.env.PATH);
    expect(
      Object.keys(seen).filter(
        (name) => !['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'OWN', 'PWD'].includes(name),
      ),
    ).toEqual([]);
  });

  it('cannot read the environment of the gateway or its data folder', async () => {
    writeFileSync(join(harness.dataDir, 'sealing.key'), 'the-sealing-key');
    const link = await harness.pool.shared(faulty());
    const environ = `/proc/${process.pid}/environ`;
    expect(readFileSync(environ, 'latin1')).toContain('PATH=');
    expect(await callTool(link, 'read', { path: environ })).toBe('ENOENT');
    expect(await callTool(link, 'read', { path: '/proc/1/environ' })).not.toContain('VITEST');
    expect(await callTool(link, 'read', { path: join(harness.dataDir, 'sealing.key') })).toBe('ENOENT');
  });
});

describe('what a stdio server writes to stderr', () => {
  it('is logged without colours, in bounded lines and a bounded number, while calls go on', async () => {
    const target = faulty();
    const link = await harness.pool.shared(target);
    expect(await callTool(link, 'flood')).toBe('flooded');
    await sleep(200);
    const lines = harness.logged.filter(
      ({ category, serverId }) => category === 'stderr' && serverId === target.serverId,
    );
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.length).toBeLessThan(300);
    expect(lines[0]?.message).toMatch(/^x{1900,2000}…$/);
  });

  it('never shows the secrets of the registration', async () => {
    const link = await harness.pool.shared(faulty({ env: { SECRET_TOKEN: 'tok_0123456789' } }));
    await callTool(link, 'leak');
    await eventually(() => harness.logged.some(({ message }) => message === 'token is ••••••'));
    expect(JSON.stringify(harness.logged)).not.toContain('tok_0123456789');
  });
});

describe('an exclusive link', () => {
  const opener = {
    capabilities: { sampling: {}, elicitation: {} },
    clientInfo: { name: 'cline', version: '1' },
    protocolVersion: '2025-06-18',
  };

  it('introduces its client, and hands on what the server asks of it', async () => {
    const asked: string[] = [];
    const onRequest = (frame: { method: string | undefined; id: unknown }) => {
      asked.push(frame.method ?? '');
      link.send(Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(frame.id)},"result":{"roots":[]}}`));
    };
    const link: Link = await harness.pool.exclusive(faulty(), opener, { onRequest });
    expect(link.handshake.protocolVersion).toBe('2025-06-18');
    expect(JSON.parse(link.handshake.serverInfo.title ?? '')).toEqual(opener.capabilities);
    expect(await callTool(link, 'ask', { method: 'roots/list' })).toBe('{"roots":[]}');
    expect(await callTool(link, 'ask', { method: 'ping' })).toBe('{}');
    expect(asked).toEqual(['roots/list']);
  });

  it('sees the tools that server-everything has for able clients only', async () => {
    const target = targetOf(everythingStdio());
    const shared = await discover(await harness.pool.shared(target));
    const own = await discover(await harness.pool.exclusive(target, opener, {}));
    expect(own.tools.length).toBeGreaterThan(shared.tools.length);
  });

  it('is needed to be asked anything: a shared one declines', async () => {
    const link = await harness.pool.shared(faulty());
    expect(JSON.parse(await callTool(link, 'ask', { method: 'roots/list' }))).toMatchObject({ code: -32601 });
  });
});

describe('the pool', () => {
  it('tests a connection step by step, whatever failed before', async () => {
    const names: string[] = [];
    const result = await harness.pool.probe(targetOf(everythingStdio()), ({ name, ok }) => names.push(`${name} ${ok}`));
    expect(result.ok).toBe(true);
    expect(names).toEqual([
      'resolve true',
      'connect true',
      'tools/list true',
      'prompts/list true',
      'resources/list true',
      'resources/templates/list true',
      'server/discover true',
    ]);
    const broken = await harness.pool.probe(faulty(faultyStdio('--exit-at-once')));
    expect(broken).toMatchObject({ ok: false, stderr: ['cannot find the database'] });
    expect(broken.steps.at(-1)).toMatchObject({ name: 'connect', ok: false });
  });

  it('closes the links of a server that was changed, and those that nobody uses', async () => {
    const target = faulty();
    const link = await harness.pool.shared(target);
    await harness.pool.drop(target.serverId, 'the server was disabled');
    expect(link.closed).toBe(true);
    await expect(callTool(link, 'echo')).rejects.toMatchObject({ code: 'UPSTREAM_CLOSED', executed: 'no' });
    const { pool } = await newPool();
    const idle = await pool.shared(target);
    await pool.closeIdle(60_000);
    expect(idle.closed).toBe(false);
    await sleep(20);
    await pool.closeIdle(10);
    expect(idle.closed).toBe(true);
    expect(pool.links()).toEqual([]);
  });

  it('keeps a link newer than the change that closes the others, however late the change is heard', async () => {
    const old = faulty();
    const [before, after] = [await harness.pool.shared(old), await harness.pool.shared({ ...old, revision: '3' })];
    await harness.pool.drop(old.serverId, 'the server was switched off', 3);
    await harness.pool.dropStale(old.serverId, 3, 'the server was switched off');
    expect([before.closed, after.closed]).toEqual([true, false]);
    expect(await callTool(after, 'echo', { message: 'hi' })).toContain('hi');
    await harness.pool.dropStale(old.serverId, 4, 'the server was switched off again');
    expect(after.closed).toBe(true);
  });

  it('starts programs that are found on PATH and start others, such as npx', async () => {
    const npx = { command: 'npx', args: ['--no-install', 'mcp-server-everything', 'stdio'] };
    const link = await harness.pool.shared(targetOf({ transport: 'stdio', ...npx }));
    expect(await callTool(link, 'echo', { message: 'hi' })).toBe('Echo: hi');
    await link.close('the test is over');
    await eventually(() => processesLike('mcp-server-everything stdio').length === 0);
  });

  it('shuts down a server that is still starting', async () => {
    const { pool } = await newPool();
    const starting = pool.shared(targetOf({ transport: 'stdio', command: 'sleep', args: ['765432'] }));
    starting.catch(() => undefined);
    await eventually(() => processesLike('/sleep 765432').length > 0);
    await pool.closeAll();
    await expect(starting).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await eventually(() => processesLike('sleep 765432').length === 0, 500);
  });
});
