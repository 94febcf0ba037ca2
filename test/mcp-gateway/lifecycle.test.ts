import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { everythingStdio } from '../support/upstreams.js';
import { bearer, eventually, initialize, raw, RawSession, startGateway, type TestGateway } from './harness.js';
import { openSse } from './sse-client.js';

describe('the life of the gateway', () => {
  let gateway: TestGateway;
  let key: string;

  beforeEach(async () => {
    gateway = await startGateway();
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'faulty', faultyStdio());
    await gateway.changed('projects');
  });

  afterEach(() => gateway.close());

  const url = (endpoint: string, door = 'mcp') => `${gateway.url}/projects/demo/${endpoint}/${door}`;

  it('lets calls finish when it is stopped, ends streams and takes no more clients', async () => {
    const session = await RawSession.open(url('servers/faulty'), key);
    const stream = raw(session.url, { method: 'GET', headers: { ...session.headers, accept: 'text/event-stream' } });
    const sse = await openSse(url('servers/faulty', 'sse'), key);
    const params = { name: 'progress', arguments: { steps: 3, pauseMs: 150 }, _meta: { progressToken: 1 } };
    const call = session.request('tools/call', params);
    await eventually(() => expect(gateway.pool.links()[0]?.inflight).toBe(1));
    const drained = gateway.listener.drain();
    expect((await raw(session.url, { headers: bearer(key), body: initialize() })).status).toBe(503);
    expect((await call).json.result).toBeDefined();
    await Promise.all([drained, stream, sse.closed]);
  });

  it('reaches a server that nobody has reached before when its tools are asked for', async () => {
    const session = await RawSession.open(url('unified'), key);
    const { json } = await session.request('tools/list');
    expect((json.result?.tools as { name: string }[]).map(({ name }) => name)).toContain('faulty__echo');
    expect(gateway.sources.rediscovered).toHaveLength(1);
  });

  it('finds the tool of a server that was added since', async () => {
    const session = await RawSession.open(url('unified'), key);
    gateway.sources.server(gateway.sources.projects[0] as never, 'late', everythingStdio());
    await gateway.changed();
    const { json } = await session.call('late__echo', { message: 'x' });
    expect(json.result?.content).toEqual([{ type: 'text', text: 'Echo: x' }]);
  });

  it('answers the same list to many from one question, until the server says that it has changed', async () => {
    const session = await RawSession.open(url('servers/faulty'), key);
    const lists = await Promise.all(Array.from({ length: 5 }, (_, id) => session.request('tools/list', undefined, id)));
    expect(lists.map(({ json }) => json.id)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(lists.map(({ json }) => JSON.stringify(json.result))).size).toBe(1);
    const again = await session.request('tools/list', undefined, 'again');
    expect(again.json).toEqual({ jsonrpc: '2.0', id: 'again', result: lists[0]?.json.result });
  });
});
