import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CONFORMANCE, faultyStdio } from '../servers/upstream/harness.js';
import { nodeProgram, targetOf } from '../support/upstreams.js';
import {
  bearer,
  eventually,
  initialize,
  raw,
  RawSession,
  startGateway,
  type Raw,
  type TestGateway,
} from './harness.js';
import { openSse, sendSse } from './sse-calls.js';
import { StatelessClient } from './stateless.js';

type Server = TestGateway['sources']['servers'][number];

const textOf = ({ json }: Raw) => (json.result?.content as { text: string }[] | undefined)?.[0]?.text ?? json.error;

let gateway: TestGateway;
let server: Server;
let key: string;

beforeAll(async () => {
  gateway = await startGateway();
  const project = gateway.sources.project('demo');
  key = gateway.sources.key(project);
  server = gateway.sources.server(project, 'faulty', { ...faultyStdio('--says-legacy'), timeoutMs: 5000 });
  await gateway.changed('projects');
  await gateway.sources.rediscover(server.id);
});

afterAll(() => gateway.close());
beforeEach(() => void gateway.calls.splice(0));
afterEach(() => register({ pool: 'shared', maxConcurrency: null, timeoutMs: 5000, maxConnections: null }));

/** Changes the registration as the product does: the next call sees it. */
async function register({ maxConnections, ...changes }: Partial<Server> & { maxConnections?: number | null }) {
  const target = targetOf({ ...server.target(), maxConnections: maxConnections ?? null });
  Object.assign(server, changes, { target: () => target });
  await gateway.changed();
}

const url = (endpoint = 'servers/faulty', door = 'mcp') => `${gateway.url}/projects/demo/${endpoint}/${door}`;
const open = () => RawSession.open(url(), key);
const stateless = (name: string) => new StatelessClient(url(), key, { x: { name } });
const own = () => gateway.pool.links(server.id).filter(({ exclusive }) => exclusive);
const recorded = () => gateway.calls.map(({ tool, status, errorCode }) => [tool, status, errorCode]);

const progress = (session: RawSession, args: object) => session.call('progress', args, { _meta: { progressToken: 1 } });

describe('who shares a link', () => {
  it('is everybody by default, on every path', async () => {
    const [first, second] = [await open(), await open()];
    const answers = [await first.call('which'), await second.call('which'), await stateless('a').call('which')];
    const stream = await openSse(url('servers/faulty', 'sse'), key);
    expect(new Set([...answers.map(textOf), await sendSse(stream, key, 'which')]).size).toBe(1);
    expect(own()).toEqual([]);
    stream.close();
  });

  it('is one client session alone with `session`, on the endpoint of the server and the unified one', async () => {
    await register({ pool: 'session' });
    const [first, second] = [await open(), await open()];
    const unified = await RawSession.open(url('unified'), key);
    const stream = await openSse(url('servers/faulty', 'sse'), key);
    const asked = async () => [
      textOf(await first.call('which')),
      textOf(await second.call('which')),
      textOf(await unified.call('faulty__which')),
      await sendSse(stream, key, 'which'),
    ];
    const before = await asked();
    expect(new Set(before).size).toBe(4);
    expect(await asked()).toEqual(before);
    expect(own().map(({ kind, leases, client }) => [kind, leases, client?.name])).toEqual([
      ['session', 1, 'raw'],
      ['session', 1, 'raw'],
      ['session', 1, 'raw'],
      ['session', 1, 'sse'],
    ]);
    await raw(url(), { method: 'DELETE', headers: first.headers });
    stream.close();
    await eventually(() => expect(own()).toHaveLength(2));
    for (const { headers, url: at } of [second, unified]) await raw(at, { method: 'DELETE', headers });
    await eventually(() => expect(own()).toEqual([]));
  });

  it('is a stateless client alone with `session`, from one call to the next', async () => {
    await register({ pool: 'session' });
    const [first, second] = [stateless('one'), stateless('two')];
    const [a, b, again] = [await first.call('which'), await second.call('which'), await first.call('which')];
    expect(textOf(again)).toBe(textOf(a));
    expect(textOf(b)).not.toBe(textOf(a));
    expect(own().map(({ kind, leases }) => [kind, leases])).toEqual([
      ['lease', 0],
      ['lease', 0],
    ]);
    await gateway.pool.drop(server.id, 'the test is over');
  });

  it('is nobody with `call`: each call has a link of its own, which ends with it', async () => {
    await register({ pool: 'call' });
    const [session, client] = [await open(), stateless('one')];
    const answers = [await session.call('which'), await session.call('which'), await client.call('which')];
    expect(new Set([...answers, await client.call('which')].map(textOf)).size).toBe(4);
    await eventually(() => expect(own()).toEqual([]));
    expect((await session.request('tools/list')).json.result?.tools).toBeDefined();
    expect(own()).toEqual([]);
  });

  it('leaves what is asked during a call to its client, also where the link is the call’s alone', async () => {
    await register({ pool: 'call' });
    const session = await RawSession.open(url(), key, { roots: {} });
    const result = { roots: [{ uri: 'file:///here' }] };
    const answered = await session.callAnswering('ask', { method: 'roots/list' }, (id) =>
      session.post({ jsonrpc: '2.0', id, result }),
    );
    expect(JSON.parse(textOf(answered) as string)).toEqual(result);
    await eventually(() => expect(own()).toEqual([]));
  });

  it('is the same at servers of 2026-07-28', async () => {
    const [project] = gateway.sources.projects;
    const program = nodeProgram(CONFORMANCE, 'stdio', '--era', 'modern');
    const modern = gateway.sources.server(project as never, 'modern', program);
    await gateway.changed();
    const links = () => gateway.pool.links(modern.id).map(({ kind }) => kind);
    const [session, client] = [
      await RawSession.open(url('servers/modern'), key),
      new StatelessClient(url('servers/modern'), key),
    ];
    const both = async () => {
      const answers = [await session.call('test_simple_text'), await client.call('test_simple_text')];
      for (const answer of answers) expect(typeof textOf(answer)).toBe('string');
    };
    await both();
    expect(links()).toEqual(['shared']);
    modern.pool = 'call';
    await gateway.changed();
    await both();
    await eventually(() => expect(links()).toEqual(['shared']));
    modern.pool = 'session';
    await gateway.changed();
    await both();
    expect(links()).toEqual(['shared', 'session', 'lease']);
    await raw(url('servers/modern'), { method: 'DELETE', headers: session.headers });
    await gateway.pool.drop(modern.id, 'the test is over');
  });

  it('changes with the registration from the next call on', async () => {
    const session = await open();
    const shared = textOf(await session.call('which'));
    await register({ pool: 'session' });
    expect(textOf(await session.call('which'))).not.toBe(shared);
    await register({ pool: 'shared' });
    expect(textOf(await session.call('which'))).toBe(shared);
    await raw(url(), { method: 'DELETE', headers: session.headers });
  });

  it('ends the link of a call that is cancelled before it stands', async () => {
    await register({ pool: 'call' });
    const session = await open();
    const hanging = session.request('tools/call', { name: 'hang', arguments: {} }, 'h1');
    await session.request('ping');
    await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'h1' } });
    expect((await hanging).events).toEqual([]);
    await eventually(() => expect(own()).toEqual([]));
  });
});

describe('the most connections', () => {
  it('are refused beyond the limit of the server by an error that says so, and recorded', async () => {
    await register({ pool: 'session', maxConnections: 1 });
    const [first, second] = [await open(), await open()];
    await eventually(async () => expect(textOf(await first.call('echo', { message: 'in' }))).toBe('in'));
    gateway.calls.splice(0, gateway.calls.length - 1);
    const { status, json } = await second.call('echo', { message: 'out' });
    const data = { kind: 'too_many_connections', executed: 'no' };
    expect([status, json.error]).toMatchObject([200, { code: -31006, data }]);
    expect(json.error?.message).toContain('faulty already has 1 process for single clients.');
    expect((await stateless('late').call('echo', { message: 'out' })).json.error).toMatchObject({ data });
    expect(recorded()).toEqual([
      ['echo', 'success', null],
      ['echo', 'error', 'TOO_MANY_CONNECTIONS'],
      ['echo', 'error', 'TOO_MANY_CONNECTIONS'],
    ]);
    await raw(url(), { method: 'DELETE', headers: first.headers });
    await eventually(async () => expect(textOf(await second.call('echo', { message: 'in' }))).toBe('in'));
    await raw(url(), { method: 'DELETE', headers: second.headers });
    await eventually(() => expect(own()).toEqual([]));
  });

  it('make room by a link that only waits for the next call of its client', async () => {
    await register({ pool: 'session', maxConnections: 1 });
    const first = stateless('one');
    await eventually(async () => expect(textOf(await first.call('echo', { message: 'first' }))).toBe('first'));
    expect(textOf(await stateless('two').call('echo', { message: 'second' }))).toBe('second');
    expect(own()).toHaveLength(1);
    await gateway.pool.drop(server.id, 'the test is over');
  });

  it('of a key are 4000 sessions: the next is refused with 429 and Retry-After, and recorded', async () => {
    const unused = gateway.sources.key(gateway.sources.projects[0] as never);
    await gateway.changed('api_keys');
    const begin = () => raw(url('unified'), { headers: bearer(unused), body: initialize() });
    for (let opened = 0; opened < 4000; opened += 50) await Promise.all(Array.from({ length: 50 }, begin));
    const refused = await begin();
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '10']);
    expect(refused.json.error).toMatchObject({ data: { kind: 'too_many_sessions', executed: 'no' } });
    const stream = await raw(url('unified', 'sse'), {
      method: 'GET',
      headers: { ...bearer(unused), accept: 'text/event-stream' },
    });
    expect([stream.status, stream.headers['retry-after']]).toEqual([429, '10']);
    expect(gateway.calls.map(({ errorCode }) => errorCode)).toEqual(['TOO_MANY_SESSIONS', 'TOO_MANY_SESSIONS']);
  }, 60_000);
});

describe('calls at once', () => {
  it('are as many as the server bears, on all paths together; the others wait, which is recorded', async () => {
    await register({ maxConcurrency: 2 });
    const [session, client] = [await open(), stateless('one')];
    const calls = Array.from({ length: 6 }, (_, at) => (at % 2 ? session : client).call('crowd', { ms: 60 }));
    const answers = (await Promise.all(calls)).map(textOf);
    expect(Math.max(...answers.map(Number))).toBe(2);
    const waited = gateway.calls.map(({ queueMs }) => queueMs).sort((a, b) => a - b);
    expect((waited[5] ?? 0) - (waited[0] ?? 0)).toBeGreaterThan(50);
  });

  it('come in the order in which they were sent', async () => {
    await register({ maxConcurrency: 1 });
    const session = await open();
    const first = session.call('crowd', { ms: 100 });
    await eventually(() => expect(gateway.pool.links(server.id)[0]?.inflight).toBe(1));
    const rest = [];
    for (let at = 0; at < 5; at++) {
      rest.push(session.call('echo', { message: `${at}` }));
      await session.request('ping');
    }
    await Promise.all([first, ...rest]);
    const asked = gateway.calls.map(({ arguments: args }) => args);
    expect(asked).toEqual(['{"ms":100}', ...[0, 1, 2, 3, 4].map((at) => `{"message":"${at}"}`)]);
  });

  it('wait no longer than their time-out, and are told that nothing was done', async () => {
    await register({ maxConcurrency: 1, timeoutMs: 300 });
    const session = await open();
    const long = progress(session, { steps: 6, pauseMs: 100 });
    await session.request('ping');
    const { json } = await session.call('echo', { message: 'late' });
    expect(json.error).toMatchObject({ code: -31003, data: { kind: 'timeout', executed: 'no' } });
    expect(json.error?.message).toBe('faulty was busy with other calls for 300 ms; this one was not begun.');
    expect(textOf(await long)).toBe('done');
    expect((await session.call('hang')).json.error?.message).toBe('The server gave no answer within 300 ms.');
    expect(gateway.calls.find(({ tool }) => tool === 'echo')?.queueMs).toBeGreaterThan(290);
    expect(textOf(await session.call('echo', { message: 'free' }))).toBe('free');
  });

  it('leave the queue when they are cancelled', async () => {
    await register({ maxConcurrency: 1 });
    const session = await open();
    const first = session.call('crowd', { ms: 300 });
    await session.request('ping');
    const waiting = session.request('tools/call', { name: 'hang', arguments: {} }, 'w1');
    await session.request('ping');
    const last = session.call('echo', { message: 'next' });
    await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'w1' } });
    expect((await waiting).events).toEqual([]);
    expect(textOf(await last)).toBe('next');
    await first;
    expect(recorded()[0]).toEqual(['hang', 'cancelled', 'CANCELLED']);
  });

  it('are refused when 256 wait already', async () => {
    await register({ maxConcurrency: 1, timeoutMs: 2000 });
    const session = await open();
    const hanging = session.call('crowd', { ms: 500 });
    await session.request('ping');
    const waiting = Array.from({ length: 257 }, () => session.call('echo', { message: 'x' }));
    const answers = await Promise.all(waiting);
    const refused = answers.filter(({ json }) => json.error);
    expect(refused.map(({ json }) => json.error?.data)).toEqual([{ kind: 'too_many_calls', executed: 'no' }]);
    await hanging;
  });
});

describe('the time-out of a call', () => {
  it('begins anew with each progress, up to ten times its length, however the link is held', async () => {
    const endless = [];
    for (const pool of ['shared', 'session', 'call'] as const) {
      await register({ pool, timeoutMs: 400 });
      const session = await open();
      expect(textOf(await progress(session, { steps: 12, pauseMs: 50 }))).toBe('done');
      endless.push(progress(session, { steps: 1000, pauseMs: 40 }));
      await session.request('ping');
    }
    for (const { json } of await Promise.all(endless)) {
      expect(json.error).toMatchObject({
        message: 'The server gave no answer within 4000 ms.',
        data: { kind: 'timeout', executed: 'unknown' },
      });
    }
  }, 20_000);
});
