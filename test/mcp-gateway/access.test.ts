import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProjectRecord, ServerRecord } from '../../src/mcp-gateway/routing/sources.js';
import { faultyStdio } from '../servers/upstream/harness.js';
import { bearer, eventually, initialize, raw, RawSession, startGateway, type TestGateway } from './harness.js';
import { openSse } from './sse-client.js';

const definition = (name: string, readOnlyHint: boolean) =>
  JSON.stringify({ name, inputSchema: { type: 'object' }, annotations: { readOnlyHint } });
const tools = [
  { name: 'echo', enabled: true, definition: definition('echo', true) },
  { name: 'pid', enabled: true, definition: definition('pid', false) },
];
const handshake = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 'faulty', version: '1' },
};
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

let gateway: TestGateway;
let project: ProjectRecord;
let one: ServerRecord;

beforeAll(async () => {
  gateway = await startGateway({ TRUSTED_PROXIES: '127.0.0.1/32' });
  project = gateway.sources.project('guarded');
  for (const name of ['one', 'two'])
    Object.assign(gateway.sources.server(project, name, faultyStdio()), { tools, handshake });
  one = gateway.sources.servers[0] as ServerRecord;
});

afterAll(() => gateway.close());

beforeEach(async () => {
  Object.assign(gateway.sources.projects[0] ?? {}, { authRequired: true, allowedIpRanges: [] });
  await gateway.changed('projects');
});

const at = (endpoint: string) => `${gateway.url}/projects/guarded/${endpoint}`;

async function made(narrower: Parameters<TestGateway['sources']['key']>[2]): Promise<string> {
  const key = gateway.sources.key(project, null, narrower);
  await gateway.changed('api_keys');
  return key;
}

const from = (ip: string, key: string) => ({ ...bearer(key), 'x-forwarded-for': ip });
const initializing = (headers: Record<string, string>, endpoint = 'unified/mcp') =>
  raw(at(endpoint), { headers, body: initialize() });

async function change(security: Partial<ProjectRecord>): Promise<void> {
  Object.assign(gateway.sources.projects[0] ?? {}, security);
  await gateway.changed('projects');
}

describe('a key for chosen servers', () => {
  it('opens them, and of the unified endpoint their part; all else is not there', async () => {
    const key = await made({ scopes: [`server:${one.id}`] });
    expect((await initializing(bearer(key), 'servers/one/mcp')).status).toBe(200);
    expect((await initializing(bearer(key), 'servers/two/mcp')).status).toBe(404);
    expect((await raw(at('servers/two/sse'), { method: 'GET', headers: bearer(key) })).status).toBe(404);
    const session = await RawSession.open(at('unified/mcp'), key);
    const { json } = await session.request('tools/list');
    expect((json.result as { tools: { name: string }[] }).tools.map(({ name }) => name)).toEqual([
      'one__echo',
      'one__pid',
    ]);
    expect((await session.call('two__echo', { message: 'hi' })).json.error?.message).toBe('Unknown tool: two__echo');
  });
});

describe('a key for tools that change nothing', () => {
  it.each(['unified', 'servers/one'])('lists and calls those of %s only, also over SSE', async (endpoint) => {
    const key = await made({ scopes: ['project', 'tools:read'] });
    const prefix = endpoint === 'unified' ? 'one__' : '';
    const session = await RawSession.open(at(`${endpoint}/mcp`), key);
    const listed = (await session.request('tools/list')).text;
    expect(listed).toContain(`"${prefix}echo"`);
    expect(listed).not.toContain(`"${prefix}pid"`);
    expect((await session.call(`${prefix}echo`, { message: 'hi' })).json.error).toBeUndefined();
    for (const hidden of ['pid', 'crash', 'never-heard-of'])
      expect((await session.call(`${prefix}${hidden}`)).json.error?.message).toBe(`Unknown tool: ${prefix}${hidden}`);
    const sse = await openSse(at(`${endpoint}/sse`), key);
    const say = (body: object) =>
      raw(sse.endpoint.replace(/^https?:\/\/[^/]+/, gateway.url), { headers: bearer(key), body });
    await say(initialize({}, '2024-11-05'));
    await say({ jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: `${prefix}pid`, arguments: {} } });
    await eventually(() => expect(JSON.stringify(sse.messages)).toContain(`Unknown tool: ${prefix}pid`));
    sse.close();
  });
});

describe('addresses', () => {
  it('of a key are the only ones it may be used from', async () => {
    const key = await made({ allowedIpRanges: ['10.1.0.0/16', '2001:db8::/32'] });
    for (const ip of ['10.1.2.3', '2001:db8::7']) expect((await initializing(from(ip, key))).status).toBe(200);
    for (const ip of ['10.2.0.1', '2001:db9::1', '127.0.0.1']) {
      const { status, json } = await initializing(from(ip, key));
      expect([status, json.error?.message]).toEqual([403, expect.stringContaining(ip)]);
    }
  });

  it('of a project count for every key, and whoever is beyond them now leaves at once', async () => {
    const key = await made({});
    const [inside, outside] = [
      await openSse(at('unified/sse'), key, { 'x-forwarded-for': '10.1.0.1' }),
      await openSse(at('unified/sse'), key, { 'x-forwarded-for': '192.0.2.1' }),
    ];
    let isOpen = true;
    void inside.closed.then(() => (isOpen = false));
    await change({ allowedIpRanges: ['10.0.0.0/8'] });
    await outside.closed;
    expect(isOpen).toBe(true);
    expect((await initializing(from('192.0.2.1', key))).status).toBe(403);
    expect((await initializing(from('10.1.0.1', key))).status).toBe(200);
    inside.close();
  });
});

describe('a project that asks for no key', () => {
  it('lets in who has none, records the calls without one, refuses wrong keys, and shuts again', async () => {
    await change({ authRequired: false });
    const opened = await raw(at('servers/one/mcp'), { body: initialize() });
    expect(opened.status).toBe(200);
    const headers = { 'mcp-session-id': opened.headers['mcp-session-id'] as string };
    const body = {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'echo', arguments: { message: 'hi' } },
    };
    expect((await raw(at('servers/one/mcp'), { headers, body })).json.error).toBeUndefined();
    expect(gateway.calls.at(-1)).toMatchObject({ apiKeyId: null, userId: null, tool: 'echo', status: 'success' });
    expect((await initializing(bearer('mcpo_thisKeyWasNeverMadeByAnybody'))).status).toBe(401);
    await change({ authRequired: true });
    expect((await raw(at('servers/one/mcp'), { headers, body })).status).toBe(401);
    const key = await made({});
    expect((await raw(at('servers/one/mcp'), { headers: { ...headers, ...bearer(key) }, body: list })).status).toBe(
      404,
    );
  });
});

describe('rate limits', () => {
  it('refuse what is too much with 429 and when to come again, on every transport, and record it', async () => {
    const key = await made({ rateLimitPerMinute: 3, rateLimitPerDay: 1000 });
    const session = await RawSession.open(at('servers/one/mcp'), key);
    for (let n = 0; n < 3; n++) expect((await session.call('echo', { message: 'hi' })).status).toBe(200);
    const refused = await session.call('echo', { message: 'hi' }, {});
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.json.error?.data).toMatchObject({ kind: 'rate_limited', executed: 'no' });
    expect(gateway.calls.at(-1)).toMatchObject({ method: 'tools/call', status: 'error', errorCode: 'RATE_LIMITED' });
    expect((await session.request('ping')).status).toBe(200);
    const sse = await openSse(at('servers/one/sse'), key);
    const post = await raw(sse.endpoint.replace(/^https?:\/\/[^/]+/, gateway.url), {
      headers: bearer(key),
      body: list,
    });
    expect([post.status, post.headers['retry-after']]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    sse.close();
  });

  it('count every request of a batch, and a day beside the minute', async () => {
    const key = await made({ rateLimitPerDay: 5 });
    const session = await RawSession.open(at('servers/one/mcp'), key, {}, '2025-03-26');
    const batch = Array.from({ length: 6 }, (_, id) => ({ ...list, id: id + 1 }));
    expect((await session.post(batch)).status).toBe(429);
    expect((await session.post(batch.slice(0, 5))).status).toBe(200);
    const refused = await session.post(list);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('hold over several replicas: what others have counted counts here', async () => {
    const key = await made({ rateLimitPerMinute: 10 });
    const { id } = gateway.sources.keys.at(-1) ?? { id: '' };
    const startsAt = new Date(Date.now() - (Date.now() % 60_000));
    const next = new Date(startsAt.getTime() + 60_000);
    for (const start of [startsAt, next]) {
      await gateway.sources.countRequests([{ apiKeyId: id, span: 'minute', startsAt: start, requests: 10 }]);
    }
    const session = await RawSession.open(at('servers/one/mcp'), key);
    await eventually(async () => expect((await session.request('tools/list')).status).toBe(429));
  });
});
