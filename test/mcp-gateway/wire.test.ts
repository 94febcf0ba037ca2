import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { bearer, eventually, initialize, raw, RawSession, startGateway, type TestGateway } from './harness.js';

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

describe('the wire of streamable HTTP', () => {
  let gateway: TestGateway;
  let key: string;
  let url: string;

  beforeAll(async () => {
    gateway = await startGateway({ MAX_MESSAGE_BYTES: '400000' });
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'faulty', faultyStdio());
    await gateway.changed('projects');
    url = `${gateway.url}/projects/demo/servers/faulty/mcp`;
  });

  afterAll(() => gateway.close());

  const open = (version?: string) => RawSession.open(url, key, {}, version);

  it('answers initialize with a session and what the server said of itself', async () => {
    const { status, headers, json } = await raw(url, { headers: bearer(key), body: initialize() });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(String(headers['mcp-session-id']).length).toBeGreaterThanOrEqual(32);
    expect(json.result).toMatchObject({ protocolVersion: '2025-11-25', serverInfo: { name: 'faulty' } });
  });

  it.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'])('agrees on version %s', async (version) => {
    const { json } = await raw(url, { headers: bearer(key), body: initialize({}, version) });
    expect(json.result?.protocolVersion).toBe(version);
  });

  it('offers its newest version to a client that speaks an unknown one', async () => {
    const { json } = await raw(url, { headers: bearer(key), body: initialize({}, '1999-12-31') });
    expect(json.result?.protocolVersion).toBe('2025-11-25');
  });

  it('gives the id back with its JSON type', async () => {
    const session = await open();
    for (const id of ['7', 7, '', 0, -5, 'ü"\\'])
      expect((await session.request('ping', undefined, id)).json.id).toBe(id);
  });

  it('takes notifications and answers without a body', async () => {
    const session = await open();
    for (const message of [{ method: 'notifications/roots/list_changed' }, { id: 'gw99', result: {} }]) {
      const { status, text } = await session.post({ jsonrpc: '2.0', ...message });
      expect([status, text]).toEqual([202, '']);
    }
  });

  it('refuses what is not a message', async () => {
    const session = await open();
    const bad: [string, number][] = [
      ['{"jsonrpc":"2.0","id":1,', -32700],
      ['{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":}}', -32700],
      ['{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1e400,"b":NaN}}', -32700],
      ['\uFEFF{"jsonrpc":"2.0","id":1,"method":"ping"}', -32700],
      ['{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
      ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600],
      ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600],
      ['{"jsonrpc":"2.0","id":1,"Method":"ping"}', -32600],
      ['{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}', -32600],
      ['{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}', -32600],
      ['[]', -32600],
      ['"ping"', -32700],
    ];
    for (const [body, code] of bad) {
      const { status, json } = await session.post(body);
      expect([body, status, json.error?.code]).toEqual([body, 400, code]);
    }
    const invalidUtf8 = Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":1,"method":"p'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    expect((await session.post(invalidUtf8)).json.error?.code).toBe(-32700);
  });

  it('refuses a tool name that is given twice, at whichever depth it is used', async () => {
    const session = await open();
    const call = (params: string) => session.post(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`);
    const twice = await call('{"name":"echo","arguments":{"message":"x"},"na\\u006de":"crash"}');
    expect(twice.json.error?.code).toBe(-32600);
    expect((await call('{"name":"echo","arguments":{"message":"x"}}')).json.result).toBeDefined();
  });

  it('wants a session, an accepted type, JSON and a version that it knows', async () => {
    const session = await open();
    const headers = (more: Record<string, string | undefined>) => ({ ...session.headers, ...more });
    const status = async (more: Record<string, string | undefined>, method = 'POST') =>
      (await raw(url, { method, headers: headers(more), body: method === 'POST' ? LIST : undefined })).status;
    expect(await status({ 'mcp-session-id': undefined })).toBe(400);
    expect(await status({ 'mcp-session-id': 'unknown' })).toBe(404);
    expect(await status({ 'mcp-session-id': 'unknown' }, 'DELETE')).toBe(404);
    expect(await status({ 'mcp-session-id': 'unknown', accept: 'text/event-stream' }, 'GET')).toBe(404);
    expect(await status({ 'mcp-session-id': undefined }, 'DELETE')).toBe(400);
    expect(await status({ accept: 'application/json' })).toBe(406);
    expect(await status({ accept: 'text/event-stream' })).toBe(406);
    expect(await status({ accept: 'text/html' }, 'GET')).toBe(406);
    expect(await status({ accept: '*/*' })).toBe(200);
    expect(await status({ 'content-type': 'text/plain' })).toBe(415);
    expect(await status({ 'content-type': 'application/json; charset=utf-8' })).toBe(200);
    expect(await status({ 'mcp-protocol-version': '1999-12-31' })).toBe(400);
    expect(await status({ 'mcp-protocol-version': undefined })).toBe(200);
    expect(await status({}, 'PUT')).toBe(405);
    expect(await status({}, 'OPTIONS')).toBe(405);
  });

  it('tells a session which versions it speaks when it names another', async () => {
    const headers = { ...bearer(key), 'mcp-protocol-version': '1999-12-31' };
    const { status, json } = await raw(url, { headers, body: initialize() });
    expect([status, json.error?.code]).toEqual([400, -32022]);
    expect(json.error?.data).toMatchObject({ requested: '1999-12-31' });
    expect(json.error?.data?.supported).toContain('2025-11-25');
  });

  it('refuses bodies beyond the limit before it has read them', async () => {
    const session = await open();
    expect((await session.call('echo', { message: 'x'.repeat(300_000) })).status).toBe(200);
    expect((await session.call('echo', { message: 'x'.repeat(500_000) })).status).toBe(413);
    const declared = await declaredTooLarge(url, session.headers);
    expect(declared).toBe(413);
  });

  it('lets the client hear why, before it closes the connection on a long body', async () => {
    expect(await saidTo(url)).toContain('HTTP/1.1 401');
  });

  it('allows batches in 2025-03-26 alone', async () => {
    const batch = [
      { jsonrpc: '2.0', id: 'a', method: 'ping' },
      { jsonrpc: '2.0', method: 'notifications/roots/list_changed' },
      { jsonrpc: '2.0', id: 'b', method: 'tools/call', params: { name: 'echo', arguments: { message: 'hi' } } },
    ];
    const old = await (await open('2025-03-26')).post(batch);
    expect(old.status).toBe(200);
    expect((old.json as unknown as { id: string }[]).map(({ id }) => id).sort()).toEqual(['a', 'b']);
    const newer = await (await open()).post(batch);
    expect([newer.status, newer.json.error?.code]).toEqual([400, -32600]);
  });

  it('holds one stream per session and ends it with the session', async () => {
    const session = await open();
    const headers = { ...session.headers, accept: 'text/event-stream' };
    const first = raw(url, { method: 'GET', headers });
    await eventually(async () => expect((await raw(url, { method: 'GET', headers })).status).toBe(409));
    expect((await raw(url, { method: 'DELETE', headers: session.headers })).status).toBe(200);
    const { status, headers: sent } = await first;
    expect(status).toBe(200);
    expect(sent['x-accel-buffering']).toBe('no');
    expect((await session.request('ping')).status).toBe(404);
    await eventually(() => expect(gateway.ended.length).toBeGreaterThan(0));
  });

  it('refuses hosts and origins of others', async () => {
    const status = async (headers: Record<string, string>) =>
      (await raw(url, { headers: { ...bearer(key), ...headers }, body: initialize() })).status;
    for (const host of ['evil.test', '169.254.169.254', 'gateway.example:1@evil', 'localhost.evil.test']) {
      expect([host, await status({ host })]).toEqual([host, 403]);
    }
    for (const origin of [
      'http://evil.test',
      'null',
      'http://localhost.evil.test',
      'https://gateway.example@evil.test',
      'http://127.0.0.1:9999',
    ]) {
      expect([origin, await status({ origin })]).toEqual([origin, 403]);
    }
    expect(await status({ host: 'gateway.example', origin: 'https://gateway.example' })).toBe(200);
    expect(await status({ host: 'localhost:1234', origin: 'http://localhost:1234' })).toBe(200);
  });

  it('leaves every other URL to the pages', async () => {
    for (const path of [
      '/',
      '/projects/demo',
      '/projects/demo/servers/faulty',
      '/projects/demo/unified/mcp/',
      '/mcp',
    ]) {
      expect(gateway.listener.handles(path)).toBe(false);
    }
    const wellKnown = await raw(`${url}/.well-known/openid-configuration`, { method: 'GET' });
    expect([wellKnown.status, wellKnown.headers['content-type']]).toEqual([404, 'application/json']);
  });
});

/** Declares a body that it never sends. */
function declaredTooLarge(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const accept = 'application/json, text/event-stream';
    const sent = { ...headers, accept, 'content-type': 'application/json', 'content-length': '1000000000' };
    const req = httpRequest(url, { method: 'POST', headers: sent, agent: false }, (res) => {
      resolve(res.statusCode ?? 0);
      req.destroy();
    });
    req.on('error', reject);
    req.flushHeaders();
  });
}

/** What a client without a key hears that reads only after it has written a long body, little by little. */
async function saidTo(url: string): Promise<string> {
  const { pathname, port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.write(`POST ${pathname} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n`);
  socket.write('content-length: 200000\r\n\r\n');
  for (let part = 0; part < 10; part++) {
    socket.write('x'.repeat(20_000));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString()));
  await closed;
  return text;
}
