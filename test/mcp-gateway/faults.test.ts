import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { everythingStdio, startEverything, type RunningUpstream } from '../support/upstreams.js';
import { bearer, eventually, initialize, raw, RawSession, startGateway, type TestGateway } from './harness.js';

describe('calls that do not end well', () => {
  let gateway: TestGateway;
  let key: string;
  let upstreams: Record<'http' | 'events', RunningUpstream>;

  beforeAll(async () => {
    gateway = await startGateway();
    upstreams = { http: await startEverything('streamableHttp'), events: await startEverything('sse') };
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'faulty', { ...faultyStdio(), timeoutMs: 700 });
    gateway.sources.server(project, 'everything', everythingStdio());
    gateway.sources.server(project, 'dead', { transport: 'streamable-http', url: 'http://127.0.0.1:9/mcp' });
    gateway.sources.server(project, 'http', { transport: 'streamable-http', url: upstreams.http.url });
    gateway.sources.server(project, 'events', { transport: 'sse', url: upstreams.events.url });
    await gateway.changed('projects');
    await gateway.sources.rediscover(gateway.sources.servers[0]?.id ?? '');
    await gateway.sources.rediscover(gateway.sources.servers[1]?.id ?? '');
  });

  afterAll(async () => {
    await gateway.close();
    await Promise.all(Object.values(upstreams).map((upstream) => upstream.stop()));
  });
  afterEach(() => gateway.calls.splice(0));

  const at = (endpoint: string) => `${gateway.url}/projects/demo/${endpoint}/mcp`;
  const open = (endpoint = 'servers/faulty', capabilities = {}) => RawSession.open(at(endpoint), key, capabilities);
  /** Until so many calls are under way on the links of the server. */
  const underWay = (calls: number, server = 0) =>
    eventually(() =>
      expect(
        gateway.pool.links(gateway.sources.servers[server]?.id).reduce((sum, { inflight }) => sum + inflight, 0),
      ).toBe(calls),
    );
  const recorded = () => gateway.calls.map(({ method, tool, status, errorCode }) => [method, tool, status, errorCode]);

  async function kill(transport: string, server: number): Promise<void> {
    const pid = gateway.pool.links(gateway.sources.servers[server]?.id)[0]?.pid;
    if (transport === 'stdio') process.kill(pid as number, 'SIGKILL');
    else await upstreams[transport === 'SSE' ? 'events' : 'http'].stop();
  }

  async function revive(transport: string): Promise<void> {
    if (transport === 'SSE') upstreams.events = await startEverything('sse', upstreams.events.port);
    if (transport === 'streamable HTTP') upstreams.http = await startEverything('streamableHttp', upstreams.http.port);
  }

  it('answers within a second when the server dies in the middle of a call, and the next call works', async () => {
    const session = await open();
    const began = Date.now();
    const { json } = await session.call('crash');
    expect(Date.now() - began).toBeLessThan(1000);
    expect(json.error).toMatchObject({ code: -31002, data: { kind: 'upstream_closed', executed: 'unknown' } });
    expect((await session.call('echo', { message: 'again' })).json.result?.content).toEqual([
      { type: 'text', text: 'again' },
    ]);
    expect(recorded()).toEqual([
      ['tools/call', 'crash', 'error', 'UPSTREAM_CLOSED'],
      ['tools/call', 'echo', 'success', null],
    ]);
  });

  it.each([
    ['stdio', 'servers/faulty', 'hang', 'echo'],
    ['stdio', 'unified', 'faulty__hang', 'faulty__echo'],
    ['streamable HTTP', 'servers/http', 'trigger-long-running-operation', 'echo'],
    ['SSE', 'servers/events', 'trigger-long-running-operation', 'echo'],
  ])('does so when a server over %s is killed under %s', async (transport, endpoint, slow, quick) => {
    const victim = { stdio: 0, 'streamable HTTP': 3, SSE: 4 }[transport] ?? 0;
    const session = await open(endpoint);
    expect((await session.call(quick, { message: 'before' })).json.result).toBeDefined();
    const call = session.call(slow);
    await underWay(1, victim);
    const began = Date.now();
    await kill(transport, victim);
    const { json } = await call;
    expect(Date.now() - began).toBeLessThan(1000);
    expect(json.error).toMatchObject({ code: -31002, data: { executed: 'unknown' } });
    await revive(transport);
    expect((await session.call(quick, { message: 'again' })).json.result?.content).toMatchObject([
      { text: expect.stringContaining('again') as string },
    ]);
    expect(recorded().slice(1)).toEqual([
      ['tools/call', slow.replace('faulty__', ''), 'error', 'UPSTREAM_CLOSED'],
      ['tools/call', quick.replace('faulty__', ''), 'success', null],
    ]);
  });

  it('starts the server again however often it died of a call', async () => {
    const session = await open();
    for (let death = 1; death <= 5; death++) {
      expect((await session.call('crash')).json.error?.data).toMatchObject({ executed: 'unknown' });
      expect((await session.call('echo', { message: `${death}` })).json.result?.content).toEqual([
        { type: 'text', text: `${death}` },
      ]);
    }
  });

  it('gives up a call that hangs after the time-out of its server', async () => {
    const session = await open('unified');
    const began = Date.now();
    const [{ json }, good] = await Promise.all([
      session.call('faulty__hang'),
      session.call('faulty__echo', { message: 'meanwhile' }),
    ]);
    expect(good.json.result).toBeDefined();
    expect(Date.now() - began).toBeLessThan(1200);
    expect(json.error).toMatchObject({ code: -31003, data: { kind: 'timeout', executed: 'unknown' } });
    await eventually(() => expect(recorded()).toContainEqual(['tools/call', 'hang', 'timeout', 'TIMEOUT']));
  });

  it('passes a cancellation on and answers nothing', async () => {
    const session = await open();
    const cancelled = async () => ((await session.request('test/cancelled')).json.result?.cancelled as number[]).length;
    const before = await cancelled();
    const hanging = session.request('tools/call', { name: 'hang', arguments: {} }, 'h1');
    await underWay(1);
    const params = { requestId: 'h1', reason: 'no need' };
    await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
    const { status, events } = await hanging;
    expect([status, events]).toEqual([200, []]);
    expect(recorded()).toEqual([['tools/call', 'hang', 'cancelled', 'CANCELLED']]);
    expect(await cancelled()).toBe(before + 1);
  });

  it('does not take a lost connection for a cancellation', async () => {
    const session = await open();
    const abort = new AbortController();
    const headers = {
      ...session.headers,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const params = { name: 'progress', arguments: { steps: 2, pauseMs: 100 }, _meta: { progressToken: 't' } };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    const lost = fetch(session.url, { method: 'POST', headers, body, signal: abort.signal }).catch(() => 'lost');
    await underWay(1);
    abort.abort();
    expect(await lost).toBe('lost');
    await eventually(() => expect(recorded()).toEqual([['tools/call', 'progress', 'success', null]]));
  });

  it('says what is wrong with a tool that does not exist', async () => {
    const unified = await open('unified');
    const { json } = await unified.call('faulty__nope');
    expect(json.error).toMatchObject({ code: -32602, message: 'Unknown tool: faulty__nope' });
    const own = await open('servers/everything');
    expect((await own.call('nope')).json.result).toMatchObject({ isError: true });
    expect(recorded()).toEqual([
      ['tools/call', 'faulty__nope', 'error', 'INVALID_PARAMETERS'],
      ['tools/call', 'nope', 'error', 'TOOL_ERROR'],
    ]);
  });

  it('says that a server cannot be reached', async () => {
    const { json } = await raw(at('servers/dead'), { headers: bearer(key), body: initialize() });
    expect(json.error).toMatchObject({ code: -31001, data: { executed: 'no' } });
    expect(recorded()).toEqual([['initialize', null, 'error', 'UPSTREAM_UNAVAILABLE']]);
  });

  it('does not let a dead server delay or break the unified endpoint', async () => {
    const session = await open('unified');
    await session.request('tools/list');
    const began = Date.now();
    const { json } = await session.request('tools/list');
    expect(Date.now() - began).toBeLessThan(100);
    expect((json.result?.tools as { name: string }[]).map(({ name }) => name)).toContain('faulty__echo');
  });

  it('records what was no tool call only when it failed', async () => {
    const session = await open('servers/everything');
    await session.request('tools/list');
    await session.request('no/such/method');
    await (await open('unified')).request('no/such/method');
    await raw(at('unified'), { headers: bearer(key), body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } });
    await session.post('{nonsense');
    await (await open('unified')).request('tools/call', { name: 7 });
    expect(recorded()).toEqual([
      ['no/such/method', null, 'error', 'METHOD_NOT_FOUND'],
      ['no/such/method', null, 'error', 'METHOD_NOT_FOUND'],
      ['tools/list', null, 'error', 'INITIALIZATION_INCOMPLETE'],
      ['unreadable', null, 'error', 'PARSE_ERROR'],
      ['tools/call', null, 'error', 'INVALID_PARAMETERS'],
    ]);
  });

  it('records a call with everything that is known of it', async () => {
    const session = await open();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: { message: 'ü' } } };
    const { text } = await raw(session.url, {
      headers: { ...session.headers, traceparent, 'user-agent': 'test/1' },
      body,
    });
    expect(gateway.calls).toHaveLength(1);
    const [server] = gateway.sources.servers;
    expect(gateway.calls[0]).toMatchObject({
      projectId: gateway.sources.projects[0]?.id,
      serverId: server?.id,
      endpoint: 'faulty',
      transport: 'streamable-http',
      clientName: 'raw',
      clientVersion: '1',
      apiKeyId: gateway.sources.keys[0]?.id,
      userId: gateway.sources.keys[0]?.userId,
      ip: '127.0.0.1',
      userAgent: 'test/1',
      method: 'tools/call',
      tool: 'echo',
      status: 'success',
      errorCode: null,
      arguments: '{"message":"ü"}',
      requestBytes: Buffer.byteLength(JSON.stringify(body)),
      responseBytes: Buffer.byteLength(text),
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
    expect(gateway.started.map(({ id }) => id)).toContain(gateway.calls[0]?.sessionId);
    expect(gateway.calls[0]?.sessionId).not.toBe(session.headers['mcp-session-id']);
  });

  it('refuses an id that is in use and leaves the first call alone', async () => {
    const session = await open();
    const params = { name: 'progress', arguments: { steps: 2, pauseMs: 100 }, _meta: { progressToken: 5 } };
    const first = session.request('tools/call', params, 1);
    await underWay(1);
    expect((await session.request('ping', undefined, 1)).json.error?.code).toBe(-32600);
    const { events } = await first;
    expect(events.map(({ params: told }) => told)).toEqual([
      { progressToken: 5, progress: 1 },
      { progressToken: 5, progress: 2 },
      undefined,
    ]);
  });

  it('keeps two clients apart that use the same ids', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const ask = (session: RawSession, payload: string) =>
      Promise.all(
        Array.from({ length: 200 }, async (_, id) => {
          const { json } = await session.request(
            'tools/call',
            { name: 'echo', arguments: { message: `${payload}${id}` } },
            id,
          );
          return [json.id, (json.result?.content as { text: string }[])[0]?.text];
        }),
      );
    const [a, b] = await Promise.all([ask(one, 'a'), ask(two, 'b')]);
    expect(a).toEqual(a.map((_, id) => [id, `a${id}`]));
    expect(b).toEqual(b.map((_, id) => [id, `b${id}`]));
  });

  it('passes megabytes in both directions', async () => {
    const session = await open('servers/everything');
    const message = 'é'.repeat(2_000_000);
    const { json } = await session.call('echo', { message });
    expect((json.result?.content as { text: string }[])[0]?.text).toBe(`Echo: ${message}`);
    expect(gateway.calls[0]?.arguments?.length).toBeLessThanOrEqual(65_536);
    expect(gateway.calls[0]?.requestBytes).toBeGreaterThan(4_000_000);
  });

  it('opens no session for the test client of mcp-remote in the log', async () => {
    const before = gateway.started.length;
    const client = new Client({ name: 'mcp-remote-fallback-test', version: '0' });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(at('unified')), { requestInit: { headers: bearer(key) } }),
    );
    await client.close();
    expect(gateway.started.length).toBe(before);
  });
});
