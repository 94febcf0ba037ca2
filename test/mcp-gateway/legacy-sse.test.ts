import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { bearer, eventually, initialize, raw, startGateway, type Raw, type TestGateway } from './harness.js';
import { openSse, type SseStream } from './sse-client.js';

describe('the wire of HTTP+SSE', () => {
  let gateway: TestGateway;
  let key: string;
  let url: string;

  beforeAll(async () => {
    gateway = await startGateway();
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'faulty', faultyStdio());
    await gateway.changed('projects');
    await gateway.sources.rediscover(gateway.sources.servers[0]?.id ?? '');
    url = `${gateway.url}/projects/demo/servers/faulty/sse`;
  });

  afterAll(() => gateway.close());

  const post = (stream: SseStream, body: unknown): Promise<Raw> =>
    raw(stream.endpoint, { headers: { authorization: `Bearer ${key}`, accept: undefined }, body });
  const said = (stream: SseStream, id: unknown) =>
    eventually(() => expect(stream.messages.find((message) => message.id === id)).toBeDefined()).then(
      () => stream.messages.find((message) => message.id === id) as unknown as Raw['json'],
    );

  async function open(): Promise<SseStream> {
    const stream = await openSse(url, key);
    await post(stream, initialize({}, '2024-11-05'));
    await said(stream, 0);
    return stream;
  }

  it('names the URL for messages as the client found us, or by our public address', async () => {
    const local = await openSse(url, key);
    expect(local.endpoint.startsWith(`${url}/messages?sessionId=`)).toBe(true);
    const byName = await openSse(url, key, { host: 'gateway.example' });
    expect(byName.endpoint).toMatch(
      /^https:\/\/gateway\.example\/projects\/demo\/servers\/faulty\/sse\/messages\?sessionId=/,
    );
    local.close();
    byName.close();
  });

  it('accepts messages and answers them on the stream', async () => {
    const stream = await open();
    const params = { name: 'echo', arguments: { message: 'hello' } };
    const { status, text } = await post(stream, { jsonrpc: '2.0', id: 'x', method: 'tools/call', params });
    expect([status, text]).toEqual([202, 'Accepted']);
    expect((await said(stream, 'x')).result).toEqual({ content: [{ type: 'text', text: 'hello' }] });
    expect(gateway.calls.at(-1)).toMatchObject({
      transport: 'sse',
      tool: 'echo',
      status: 'success',
      clientName: 'raw',
    });
    stream.close();
  });

  it('wants initialize first', async () => {
    const stream = await openSse(url, key);
    await post(stream, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect((await said(stream, 1)).error?.code).toBe(-32600);
    expect(gateway.calls.at(-1)).toMatchObject({ method: 'tools/list', errorCode: 'INITIALIZATION_INCOMPLETE' });
    stream.close();
  });

  it('takes the end of the stream for the end of the session and of its calls', async () => {
    const stream = await open();
    await post(stream, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'hang', arguments: {} } });
    stream.close();
    await eventually(() => expect(gateway.calls.at(-1)).toMatchObject({ tool: 'hang', status: 'cancelled' }));
    expect((await post(stream, { jsonrpc: '2.0', id: 2, method: 'ping' })).status).toBe(404);
    expect(gateway.ended).toContain(gateway.calls.at(-1)?.sessionId);
  });

  it('refuses malformed messages, other methods and other sessions', async () => {
    const stream = await open();
    expect((await post(stream, '{"jsonrpc":')).status).toBe(400);
    expect((await raw(url, { headers: bearer(key), body: initialize() })).status).toBe(405);
    expect((await raw(stream.endpoint, { method: 'GET', headers: bearer(key) })).status).toBe(405);
    expect((await raw(`${url}/messages`, { headers: bearer(key), body: initialize() })).status).toBe(404);
    const asHttp = { ...bearer(key), 'mcp-session-id': new URL(stream.endpoint).searchParams.get('sessionId') ?? '' };
    const mcp = url.replace(/sse$/, 'mcp');
    expect((await raw(mcp, { headers: asHttp, body: { jsonrpc: '2.0', id: 1, method: 'ping' } })).status).toBe(404);
    stream.close();
  });
});
