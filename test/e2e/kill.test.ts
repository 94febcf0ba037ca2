import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../support/app.js';
import { everythingCommand } from '../support/cast.js';
import { addServer, scene } from '../support/scene.js';

const KILLS = 10;
const CLIENTS = 4;
const READY_MS = 15_000;
const GONE = 'the connection was lost';

let dataDir: string;
let url: string;
let environment: NodeJS.ProcessEnv;
let product: ChildProcess;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mcpo-kill-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  environment = {
    PATH: process.env['PATH'],
    HOME: dataDir,
    PORT: String(port),
    PUBLIC_URL: url,
    DATA_DIR: join(dataDir, 'data'),
  };
});

afterAll(async () => {
  product.kill('SIGTERM');
  await new Promise((resolve) => product.once('exit', resolve));
  await rm(dataDir, { recursive: true, force: true });
});

/** Starts the built product on its embedded database; resolves with the time until it was ready, ms. */
async function start(): Promise<number> {
  const began = Date.now();
  let output = '';
  product = spawn(process.execPath, ['dist/src/main.js'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [product.stdout, product.stderr])
    stream?.on('data', (data: Buffer) => (output += data.toString()));
  while (Date.now() - began < READY_MS && product.exitCode === null) {
    if (
      await fetch(`${url}/health/ready`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return Date.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The product did not become ready:\n${output}`);
}

/** Calls without a pause until the connection is lost; tells of every answer. */
async function callUntilGone(key: string, onAnswer: (isRight: boolean) => void): Promise<void> {
  const endpoint = `${url}/projects/demo/servers/everything/mcp`;
  const headers: Record<string, string> = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  const post = (body: object) =>
    fetch(endpoint, { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', ...body }) });
  const clientInfo = { name: 'kill-test', version: '1' };
  const hello = await post({
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
  });
  headers['mcp-session-id'] = hello.headers.get('mcp-session-id') ?? '';
  await hello.text();
  for (let call = 1; ; call++) {
    const params = { name: 'echo', arguments: { message: `call ${call}` } };
    const sent = post({ id: call, method: 'tools/call', params }).then((answer) => answer.text());
    const answer = await sent.catch(() => GONE);
    if (answer === GONE) return;
    onAnswer(answer.includes(`Echo: call ${call}"`));
  }
}

it(`survives ${KILLS} kills under calls, one after the other`, { timeout: 240_000 }, async () => {
  await start();
  const { ada, key } = await scene({ url });
  await addServer(ada, 'demo', { name: 'everything', transport: 'stdio', ...everythingCommand('stdio') });
  const log = '/api/projects/demo/tool-call-logs';
  const newest = async () => (await ada.get<{ items: { id: string }[] }>(`${log}?range=1h&limit=1`)).body.items[0]?.id;
  const seen: string[] = [];
  let answered = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    let [answers, wrong, clientsAtWork] = [0, 0, CLIENTS];
    const onAnswer = (isRight: boolean) => (isRight ? answers++ : wrong++);
    const calls = Array.from({ length: CLIENTS }, () => callUntilGone(key, onAnswer).finally(() => clientsAtWork--));
    await expect.poll(() => answers, { timeout: 20_000 }).toBeGreaterThan(5);
    await expect.poll(newest, { timeout: 20_000 }).not.toBe(seen.at(-1));
    seen.push((await newest()) ?? 'nothing was logged');
    const before = answers;
    await expect.poll(() => answers, { interval: 1 }).toBeGreaterThan(before);
    // Every client has a call under way at this moment: it sends the next one with the answer to the last.
    expect([clientsAtWork, wrong]).toEqual([CLIENTS, 0]);
    product.kill('SIGKILL');
    await Promise.all([...calls, once(product, 'exit')]);
    expect([product.signalCode, wrong]).toEqual(['SIGKILL', 0]);
    answered += answers;
    await start();
  }
  expect(new Set(seen).size).toBe(KILLS);
  for (const id of seen) expect((await ada.get(`${log}/${id}`)).status).toBe(200);
  // A client that has its answer finds the call in the log, also when the process died the moment after.
  const recorded = async () =>
    (await ada.get<{ byStatus: { success: number } }>(`${log}/metrics?range=1h`)).body.byStatus.success;
  await expect.poll(recorded, { timeout: 20_000 }).toBeGreaterThanOrEqual(answered);
  const sessions = await ada.get<{ items: { endedAt: string | null }[] }>('/api/projects/demo/sessions');
  expect(sessions.body.items.length).toBeGreaterThan(0);
  expect(sessions.body.items.filter(({ endedAt }) => endedAt === null)).toEqual([]);
});
