import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { bearer, eventually, initialize, raw, RawSession, startGateway, type TestGateway } from './harness.js';
import { openSse, type SseStream } from './sse-client.js';

const CALL = { arguments: { steps: 6, pauseMs: 100 }, _meta: { progressToken: 't' } };

describe.each([
  ['servers/faulty', 'progress'],
  ['unified', 'faulty__progress'],
])('a key of another project that knows the live sessions of %s', (endpoint, tool) => {
  let gateway: TestGateway;
  let key: string;
  let foreign: string;
  let session: RawSession;
  let sse: SseStream;
  let isStreamOpen = true;

  beforeAll(async () => {
    gateway = await startGateway();
    const [mine, theirs] = [gateway.sources.project('mine'), gateway.sources.project('theirs')];
    key = gateway.sources.key(mine);
    foreign = gateway.sources.key(theirs);
    gateway.sources.server(mine, 'faulty', faultyStdio());
    gateway.sources.server(theirs, 'faulty', faultyStdio());
    await gateway.changed('projects');
    for (const { id } of gateway.sources.servers) await gateway.sources.rediscover(id);
    session = await RawSession.open(at('mine', 'mcp'), key);
    const listening = { method: 'GET', headers: { ...session.headers, accept: 'text/event-stream' } };
    void raw(session.url, listening).finally(() => (isStreamOpen = false));
    sse = await openSse(at('mine', 'sse'), key);
    void sse.closed.then(() => (isStreamOpen = false));
    await say(initialize({}, '2024-11-05'));
    await heard(0);
  });

  afterAll(() => gateway.close());

  const at = (project: string, door: string) => `${gateway.url}/projects/${project}/${endpoint}/${door}`;
  const say = (body: unknown) => raw(sse.endpoint, { headers: bearer(key), body });
  const heard = (id: unknown) =>
    eventually(() => expect(sse.messages.find((message) => message.id === id)).toHaveProperty('result'));

  const messages: Record<string, unknown> = {
    ping: { jsonrpc: '2.0', id: 'p', method: 'ping' },
    list: { jsonrpc: '2.0', id: 'l', method: 'tools/list' },
    call: { jsonrpc: '2.0', id: 'c', method: 'tools/call', params: { name: tool, ...CALL } },
    cancel: { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'own' } },
    answer: { jsonrpc: '2.0', id: 'q1', result: {} },
    initialize: initialize(),
    nonsense: '{nonsense',
  };
  const requests = [
    ...Object.entries(messages).map(([what, body]) => ({ what, method: 'POST', body })),
    { what: 'stream', method: 'GET', accept: 'text/event-stream' },
    { what: 'end', method: 'DELETE' },
  ];
  /** On their own endpoint that key may begin a session; it may not go on with ours. */
  const isBeginning = ({ what }: { what: string }) => what === 'initialize' || what === 'nonsense';

  it('is refused on every method and transport, and does no harm', async () => {
    const running = session.request('tools/call', { name: tool, ...CALL }, 'own');
    await say({ jsonrpc: '2.0', id: 'own', method: 'tools/call', params: { name: tool, ...CALL } });
    await eventually(() => expect(gateway.pool.links().reduce((sum, { inflight }) => sum + inflight, 0)).toBe(2));

    const doors = [session.url, sse.endpoint, at('mine', 'sse')].map((url) => ({ url, sent: requests }));
    doors.push({ url: sse.endpoint.replace('/mine/', '/theirs/'), sent: requests });
    doors.push({ url: at('theirs', 'mcp'), sent: requests.filter((request) => !isBeginning(request)) });
    const keys = [bearer(foreign), { 'x-api-key': foreign }];
    const table = doors.flatMap(({ url, sent }) =>
      sent.flatMap((request) => keys.map((credentials) => ({ url, credentials, ...request }))),
    );
    const answers = await Promise.all(
      table.map(async ({ url, what, method, credentials, ...request }) => {
        const accept = 'accept' in request ? { accept: request.accept } : {};
        const headers = { ...credentials, 'mcp-session-id': session.headers['mcp-session-id'], ...accept };
        const { status } = await raw(url, { method, headers, ...('body' in request && { body: request.body }) });
        return [method, what, new URL(url).pathname, status];
      }),
    );
    const refused = (path: unknown, method: unknown) => (isMessages(path) && method !== 'POST' ? [404, 405] : [404]);
    const isMessages = (path: unknown) => String(path).includes('/theirs/') && String(path).endsWith('/messages');
    expect(answers.filter(([method, , path, status]) => !refused(path, method).includes(status as number))).toEqual([]);
    expect(answers).toHaveLength(2 * (4 * 9 + 7));

    expect((await running).events.at(-1)).toMatchObject({ id: 'own', result: { content: [{ text: 'done' }] } });
    await heard('own');
    expect(gateway.calls.map(({ apiKeyId, status }) => [apiKeyId, status])).toEqual(
      [1, 2].map(() => [gateway.sources.keys[0]?.id, 'success']),
    );
  });

  it('leaves them as they were', async () => {
    expect(isStreamOpen).toBe(true);
    expect((await session.request('tools/list')).json.result).toBeDefined();
    await say({ jsonrpc: '2.0', id: 'after', method: 'ping' });
    await heard('after');
    expect(gateway.ended).toEqual([]);
  });
});
