import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { bearer, eventually, initialize, raw, RawSession, startGateway, type TestGateway } from './harness.js';
import { openSse } from './sse-client.js';

describe('keys and tenants', () => {
  let gateway: TestGateway;
  let key: string;
  let foreign: string;

  beforeAll(async () => {
    gateway = await startGateway();
    const mine = gateway.sources.project('mine');
    const theirs = gateway.sources.project('theirs');
    key = gateway.sources.key(mine);
    foreign = gateway.sources.key(theirs);
    gateway.sources.server(mine, 'faulty', faultyStdio());
    gateway.sources.server(theirs, 'faulty', faultyStdio());
    await gateway.changed('projects');
    await gateway.changed('api_keys');
  });

  afterAll(() => gateway.close());

  const endpoints = ['unified', 'servers/faulty'];
  const requests: [string, string, unknown?][] = [
    ['POST', 'mcp', initialize()],
    ['POST', 'mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' }],
    ['GET', 'mcp'],
    ['DELETE', 'mcp'],
    ['GET', 'sse'],
    ['POST', 'sse/messages?sessionId=x', { jsonrpc: '2.0', id: 1, method: 'tools/list' }],
  ];

  const everywhere = (project: string, headers: Record<string, string>) =>
    Promise.all(
      endpoints.flatMap((endpoint) =>
        requests.map(([method, door, body]) => {
          const more = method === 'GET' ? { accept: 'text/event-stream' } : {};
          const session = method === 'POST' ? {} : { 'mcp-session-id': 'x' };
          const sent = { method, headers: { ...headers, ...more, ...session }, ...(body !== undefined && { body }) };
          return raw(`${gateway.url}/projects/${project}/${endpoint}/${door}`, sent);
        }),
      ),
    );

  it('lets nobody in without a key', async () => {
    const forged: Record<string, string>[] = [
      {},
      bearer('mcpo_thisKeyWasNeverMadeByAnybody'),
      bearer(''),
      bearer('eyJhbGciOiJub25lIn0.e30.'),
      { 'x-user-id': '1', 'x-forwarded-user': 'admin' },
      { authorization: `Basic ${key}` },
    ];
    for (const headers of forged) {
      for (const { status, headers: sent, json } of await everywhere('mine', headers)) {
        expect(status).toBe(401);
        expect(sent['www-authenticate']).toMatch(/^Bearer/);
        expect(json.error?.message).toContain('API key');
      }
    }
  });

  it('answers a key of another project as if there were no such project, on every method and transport', async () => {
    const unknown = await everywhere(randomUUID(), bearer(foreign));
    const answers = await everywhere('mine', bearer(foreign));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(answers.map(({ text }) => text)).toEqual(unknown.map(({ text }) => text));
  });

  it('knows a session by its key and its endpoint alone', async () => {
    const second = gateway.sources.key(gateway.sources.projects[0] as never);
    await gateway.changed('api_keys');
    const url = `${gateway.url}/projects/mine/servers/faulty/mcp`;
    const session = await RawSession.open(url, key);
    const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
    const stolen = { ...session.headers, ...bearer(second) };
    for (const method of ['POST', 'GET', 'DELETE']) {
      const sent = { method, headers: { ...stolen, accept: 'application/json, text/event-stream' } };
      expect((await raw(url, { ...sent, ...(method === 'POST' && { body }) })).status).toBe(404);
    }
    expect((await raw(`${gateway.url}/projects/mine/unified/mcp`, { headers: session.headers, body })).status).toBe(
      404,
    );
    const { id } = gateway.sources.projects[0] as { id: string };
    const server = gateway.sources.servers[0] as { id: string };
    const byIds = `${gateway.url}/projects/${id}/servers/${server.id}/mcp`;
    expect((await raw(byIds, { headers: session.headers, body })).status).toBe(200);
  });

  it('takes the key of an X-API-Key header too', async () => {
    const url = `${gateway.url}/projects/mine/servers/faulty/mcp`;
    expect((await raw(url, { headers: { 'x-api-key': key }, body: initialize() })).status).toBe(200);
  });

  it('lets a new key in before its notice has arrived', async () => {
    const fresh = gateway.sources.key(gateway.sources.projects[0] as never);
    const url = `${gateway.url}/projects/mine/servers/faulty/mcp`;
    expect((await raw(url, { headers: bearer(fresh), body: initialize() })).status).toBe(200);
  });

  it.each(['revoked', 'expired'])('ends sessions and streams of a key that is %s within a second', async (how) => {
    const project = gateway.sources.projects[0] as never;
    const doomed = gateway.sources.key(project, how === 'expired' ? new Date(Date.now() + 800) : null);
    await gateway.changed('api_keys');
    const url = `${gateway.url}/projects/mine/servers/faulty/mcp`;
    const session = await RawSession.open(url, doomed);
    const stream = raw(url, { method: 'GET', headers: { ...session.headers, accept: 'text/event-stream' } });
    const sse = await openSse(`${gateway.url}/projects/mine/unified/sse`, doomed);
    const began = Date.now();
    if (how === 'revoked') {
      gateway.sources.keys.pop();
      await gateway.changed('api_keys');
      expect((await session.request('ping')).status).toBe(401);
    }
    await Promise.all([stream, sse.closed]);
    expect(Date.now() - began).toBeLessThan(how === 'revoked' ? 1000 : 1800);
    expect((await session.request('ping')).status).toBe(401);
  });

  it('ends sessions of what is switched off, and says so to its own key', async () => {
    const url = `${gateway.url}/projects/mine/servers/faulty/mcp`;
    const session = await RawSession.open(url, key);
    const server = gateway.sources.servers[0] as { enabled: boolean };
    server.enabled = false;
    await gateway.changed();
    const { status, json } = await session.request('ping');
    expect([status, json.error?.message]).toEqual([404, expect.stringContaining('switched off')]);
    server.enabled = true;
    await gateway.changed();
    expect((await session.request('ping')).status).toBe(404);
  });

  it('tells when a key was used, once a minute', async () => {
    const fresh = gateway.sources.key(gateway.sources.projects[0] as never);
    await gateway.changed('api_keys');
    const session = await RawSession.open(`${gateway.url}/projects/mine/servers/faulty/mcp`, fresh);
    await session.request('ping');
    const id = gateway.sources.keys.at(-1)?.id;
    await eventually(() => expect(gateway.used.filter(({ apiKeyId }) => apiKeyId === id)).toHaveLength(1));
    expect(gateway.used.at(-1)).toMatchObject({ ip: '127.0.0.1', client: 'raw' });
  });
});
