import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largeRoom } from '../../src/shared/large-room.js';
import { MARK, payload, sha256 } from '../bench/large/payload.mjs';
import { bearer, eventually, RawSession, startGateway, type TestGateway } from './harness.js';

const UPSTREAM = fileURLToPath(new URL('../bench/large/upstream.mjs', import.meta.url));
const BYTES = 100_000_000;
const value = payload('string', BYTES);
const digest = sha256(value);

/** What stands around the value in the result, which the fixture makes. */
const RESULT = [`{"resultType":"complete","content":[],"structuredContent":{${MARK}`, '}}'] as const;

describe('messages of 100 MB', { timeout: 30_000 }, () => {
  const children: ChildProcess[] = [];
  let gateway: TestGateway;
  let key: string;

  beforeAll(async () => {
    gateway = await startGateway();
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    const http = await listen('http');
    const sse = await listen('sse');
    gateway.sources.server(project, 'json', { transport: 'streamable-http', url: `${http}/json` });
    gateway.sources.server(project, 'events', { transport: 'streamable-http', url: `${http}/events` });
    gateway.sources.server(project, 'sse', { transport: 'sse', url: `${sse}/sse` });
    const program = { command: process.execPath, args: [UPSTREAM, 'stdio'] };
    gateway.sources.server(project, 'stdio', { transport: 'stdio', ...program });
    await gateway.changed('projects');
  });

  afterAll(async () => {
    await gateway.close();
    for (const child of children) child.kill();
  });

  async function listen(kind: string): Promise<string> {
    const port = await freePort();
    const child = spawn(process.execPath, [UPSTREAM, kind], { env: { ...process.env, PORT: String(port) } });
    children.push(child);
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => void (await fetch(url, { method: 'HEAD' })));
    return url;
  }

  const urlOf = (server: string) => `${gateway.url}/projects/demo/servers/${server}/mcp`;

  /** Opens a session of its own; the answer has not been read yet. */
  async function call(server: string, name: string, given: string, large?: Buffer): Promise<IncomingMessage> {
    const session = await RawSession.open(urlOf(server), key);
    const head = `{"jsonrpc":"2.0","id":"mine","method":"tools/call","params":{"name":"${name}","arguments":{${given}`;
    const parts = [Buffer.from(large ? `${head},${MARK}` : head), large ?? Buffer.alloc(0), Buffer.from('}}}')];
    const types = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const headers = { ...session.headers, ...types };
    const req = request(urlOf(server), { method: 'POST', headers, agent: false });
    for (const part of parts) req.write(part);
    req.end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    return res;
  }

  const give = (server: string, bytes = BYTES) => call(server, 'give', `"shape":"string","bytes":${bytes}`);

  it.each(['json', 'events', 'stdio', 'sse'])('come back byte for byte: %s', async (server) => {
    const { hash, size } = await hashed(await give(server));
    const head = '{"jsonrpc":"2.0","id":"mine","result":';
    const whole = createHash('sha256')
      .update(head + RESULT[0])
      .update(value)
      .update(`${RESULT[1]}}`);
    expect(size).toBe(head.length + RESULT[0].length + BYTES + RESULT[1].length + 1);
    expect(hash).toBe(whole.digest('hex'));
    await eventually(() => expect(gateway.calls.at(-1)).toMatchObject({ tool: 'give', responseBytes: size }));
    const { result, resultSha256 } = gateway.calls.at(-1) ?? {};
    expect(result?.startsWith(RESULT[0])).toBe(true);
    expect(Buffer.byteLength(result ?? '')).toBeLessThanOrEqual(65_536 + 2);
    const recorded = createHash('sha256').update(RESULT[0]).update(value).update(RESULT[1]);
    expect(resultSha256).toBe(recorded.digest('hex'));
    await eventually(() => expect(largeRoom.used).toBe(0));
  });

  it.each(['json', 'stdio', 'sse'])('go out byte for byte: %s', async (server) => {
    const res = await call(server, 'take', `"bytes":${BYTES}`, value);
    const { text } = await hashed(res);
    expect(text).toContain(`"sha256":"${digest}"`);
    await eventually(() => expect(gateway.calls.at(-1)?.tool).toBe('take'));
    expect(gateway.calls.at(-1)?.requestBytes).toBeGreaterThan(BYTES);
    expect(gateway.calls.at(-1)?.argumentsSha256).toHaveLength(64);
    await eventually(() => expect(largeRoom.used).toBe(0));
  });

  it('that nobody reads take no more room than there is; the next one is told so, and fits when others have left', async () => {
    const { limit } = largeRoom;
    largeRoom.limit = 4.5 * BYTES;
    const unread = [];
    for (let count = 0; count < 4; count++) {
      const res = await give('json');
      res.pause();
      unread.push(res);
    }
    expect(largeRoom.used).toBeGreaterThan(4 * 0.9 * BYTES);
    expect(largeRoom.used).toBeLessThanOrEqual(largeRoom.limit);
    const { text } = await hashed(await give('json'));
    expect(text).toContain('The gateway holds as many large messages as it may.');
    largeRoom.limit = limit;
    for (const res of unread) res.destroy();
    await eventually(() => expect(largeRoom.used).toBe(0));
    const { size } = await hashed(await give('json', 2_000_000));
    expect(size).toBeGreaterThan(2_000_000);
  });

  it('leave nothing behind when the client goes away in their middle', async () => {
    const req = request(urlOf('json'), {
      method: 'POST',
      headers: { ...bearer(key), 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    });
    req.on('error', () => undefined);
    req.write(value.subarray(0, 20_000_000));
    await eventually(() => expect(largeRoom.used).toBeGreaterThan(10_000_000));
    req.destroy();
    await eventually(() => expect(largeRoom.used).toBe(0));
  });

  it('are refused beyond MAX_MESSAGE_BYTES, also when nobody said how long they are', async () => {
    const headers = {
      ...bearer(key),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const req = request(urlOf('json'), { method: 'POST', headers });
    const answered = once(req, 'response') as Promise<[IncomingMessage]>;
    req.on('error', () => undefined);
    for (let count = 0; count < 2; count++) req.write(value);
    const [res] = await answered;
    expect(res.statusCode).toBe(413);
    expect((await hashed(res)).text).toContain('The message is larger than 104857600 bytes.');
    req.destroy();
    await eventually(() => expect(largeRoom.used).toBe(0));
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Of the body, or of the one event in it; `text` is its beginning. */
async function hashed(res: IncomingMessage): Promise<{ hash: string; size: number; text: string }> {
  const hash = createHash('sha256');
  let [size, text] = [0, ''];
  for await (const part of res as AsyncIterable<Buffer>) {
    if (text.length < 1000) text += part.toString('utf8', 0, 1000);
    size += part.length;
    hash.update(part);
  }
  return { hash: hash.digest('hex'), size, text };
}
