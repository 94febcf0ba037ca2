import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { bearer, eventually, raw, RawSession, startGateway, type TestGateway } from './harness.js';
import { courseOf, Cuttable, progressCall, resume } from './resumable-client.js';

const SOON = 60_000;

describe('a client whose connection is lost', () => {
  let gateway: TestGateway;
  let key: string;
  let url: string;
  let proxy: TcpProxy;
  let cuttable: string;

  beforeEach(async () => {
    gateway = await startGateway();
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'faulty', faultyStdio());
    await gateway.changed('projects');
    url = `${gateway.url}/projects/demo/servers/faulty/mcp`;
    proxy = await TcpProxy.to(Number(new URL(url).port));
    cuttable = url.replace(/:\d+/, `:${proxy.port}`);
  });

  afterEach(async () => {
    proxy.close();
    await gateway.close();
  });

  const open = (version?: string) => RawSession.open(url, key, {}, version);
  const kept = () => gateway.listener['gateway'].sessions['memory'].held;
  const answered = () => eventually(() => expect(gateway.calls).toHaveLength(1));
  const course = (steps: number, id: number) => [...Array.from({ length: steps }, (_, at) => at + 1), `answer ${id}`];

  /** Until one event with an id is there. */
  const began = (stream: Cuttable) => eventually(() => expect(stream.lastEventId).toBeDefined());
  const progressed = (stream: Cuttable) => eventually(() => expect(stream.messages.length).toBeGreaterThan(0));

  it('is asked on its own stream what nobody could hear beside the lost call', async () => {
    const session = await RawSession.open(url, key, { roots: {} });
    const body = { name: 'ask', arguments: { method: 'roots/list', pauseMs: 1500 } };
    const call = new Cuttable(url, 'POST', session.headers, {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: body,
    });
    await eventually(() =>
      expect(gateway.pool.links().some(({ exclusive, inflight }) => exclusive && inflight > 0)).toBe(true),
    );
    call.abort();
    await call.closed;
    const own = new Cuttable(url, 'GET', session.headers);
    await eventually(() => expect(own.messages).toMatchObject([{ method: 'roots/list' }]));
    await session.post({ jsonrpc: '2.0', id: own.messages[0]?.id, result: { roots: [] } });
    await answered();
    expect(gateway.calls).toMatchObject([{ status: 'success' }]);
    own.abort();
  });

  it(
    'loses nothing and hears nothing twice over a hundred cuts at random bytes',
    async () => {
      const session = await open();
      const random = randomNumbers(20_251_125);
      let cuts = 0;
      for (let id = 1; cuts < 100; id++) {
        const heard: Record<string, unknown>[] = [];
        proxy.cutAfter(700 + random(500));
        let stream = progressCall(session, id, 60, cuttable);
        let lastEventId: string | undefined;
        for (;;) {
          await stream.closed;
          heard.push(...stream.messages);
          lastEventId = stream.lastEventId ?? lastEventId;
          if (heard.at(-1)?.id === id) break;
          cuts++;
          proxy.cutAfter(random(1200));
          stream = resume(session, lastEventId, cuttable);
        }
        expect(courseOf(heard)).toEqual(course(60, id));
      }
      expect(gateway.calls.every(({ status }) => status === 'success')).toBe(true);
    },
    SOON,
  );

  it('gets the answer of a call that has finished meanwhile, and is told that there is nothing more', async () => {
    const session = await open();
    const call = progressCall(session, 7, 5, cuttable, 20);
    await progressed(call);
    proxy.restore();
    await call.closed;
    await answered();
    const back = resume(session, call.lastEventId);
    await back.closed;
    expect(courseOf([...call.messages, ...back.messages])).toEqual(course(5, 7));
    const over = resume(session, back.lastEventId);
    await over.closed;
    expect([over.status, over.events]).toEqual([204, []]);
  });

  it('goes on with a call that still runs', async () => {
    const session = await open();
    const call = progressCall(session, 1, 10, cuttable, 40);
    await progressed(call);
    proxy.restore();
    await call.closed;
    const back = resume(session, call.lastEventId);
    await began(back);
    expect(gateway.calls).toEqual([]);
    await back.closed;
    expect(courseOf([...call.messages, ...back.messages])).toEqual(course(10, 1));
  });

  it('takes its stream over from a connection of which nobody knows yet that it is dead', async () => {
    const session = await open();
    const call = progressCall(session, 1, 10, cuttable, 40);
    await progressed(call);
    proxy.silence();
    const back = resume(session, call.lastEventId);
    await back.closed;
    expect(courseOf([...call.messages, ...back.messages])).toEqual(course(10, 1));
    call.abort();
  });

  it('hears on a stream what was said on it and on no other', async () => {
    const session = await open();
    const [one, two] = [progressCall(session, 1, 5, cuttable, 20), progressCall(session, 2, 5, cuttable, 20)];
    await Promise.all([progressed(one), progressed(two)]);
    proxy.restore();
    await Promise.all([one.closed, two.closed]);
    const back = [resume(session, one.lastEventId), resume(session, two.lastEventId)] as const;
    await Promise.all(back.map(({ closed }) => closed));
    expect(courseOf([...one.messages, ...back[0].messages])).toEqual(course(5, 1));
    expect(courseOf([...two.messages, ...back[1].messages])).toEqual(course(5, 2));
    const ids = [one, two, ...back].flatMap(({ events }) => events.filter(({ data }) => data).map(({ id }) => id));
    expect(new Set(ids).size).toBe(12);
  });

  it('gets back its own stream and what was said on it meanwhile', async () => {
    const session = await open();
    const own = resume(session, undefined, cuttable);
    await began(own);
    await setTools(['echo']);
    await progressed(own);
    proxy.restore();
    await own.closed;
    await setTools(['echo', 'hang']);
    const back = resume(session, own.lastEventId);
    await progressed(back);
    await setTools(['hang']);
    await eventually(() => expect(back.messages).toHaveLength(2));
    const told = [...own.messages, ...back.messages].map(({ method }) => method);
    expect(told).toEqual(Array.from({ length: 3 }, () => 'notifications/tools/list_changed'));
    expect((await raw(url, { method: 'GET', headers: { ...session.headers, ...EVENTS } })).status).toBe(409);
    back.abort();
  });

  it('is refused where something would be missing', async () => {
    const session = await open();
    const call = progressCall(session, 1, 1100, cuttable, 0);
    await progressed(call);
    const [first, last] = [call.events[0]?.id, () => call.lastEventId];
    await eventually(() => expect(call.messages.length).toBeGreaterThan(1050), 10_000);
    proxy.restore();
    const { status, json } = await raw(url, comingBack(session, first));
    expect([status, json.error?.message]).toEqual([400, expect.stringContaining('is not kept')]);
    const back = resume(session, last());
    await began(back);
    expect(back.status).toBe(200);
    await raw(url, { method: 'DELETE', headers: session.headers });
    await back.closed;
  });

  it('is refused with the event of another session, of none, or with the key or endpoint of others', async () => {
    const { projects } = gateway.sources;
    const [second, theirs] = [gateway.sources.key(projects[0] as never), gateway.sources.project('theirs')];
    const foreign = gateway.sources.key(theirs);
    await gateway.changed('projects');
    await gateway.changed('api_keys');
    const [session, other] = [await open(), await open()];
    const call = progressCall(session, 1, 2);
    await Promise.all([call.closed, progressCall(other, 1, 2).closed]);
    const last = call.events[0]?.id;
    const refused = async (sent: ReturnType<typeof comingBack>, at = url) => (await raw(at, sent)).status;
    expect(await refused(comingBack(other, last))).toBe(400);
    expect(await refused(comingBack(session, 'AAAAAAAA.1.0'))).toBe(400);
    expect(await refused(comingBack(session, `${last?.slice(0, -1)}99`))).toBe(400);
    for (const stolen of [second, foreign]) expect(await refused(comingBack(session, last, bearer(stolen)))).toBe(404);
    expect(await refused(comingBack(session, last), url.replace('servers/faulty', 'unified'))).toBe(404);
    expect(await refused(comingBack(session, last, { 'mcp-session-id': 'x' }))).toBe(404);
    expect(await refused(comingBack(session, last, { authorization: 'Bearer nonsense' }))).toBe(401);
    expect(await refused(comingBack(session, last))).toBe(200);
  });

  it.each([
    ['2025-11-25', 'primed'],
    ['2025-06-18', 'ids only'],
    ['2025-03-26', 'ids only'],
    ['2024-11-05', 'neither'],
  ])('of version %s gets events with ids as that version has them: %s', async (version, expected) => {
    const session = await open(version);
    const call = progressCall(session, 1, 2);
    await call.closed;
    const [first, second] = call.events;
    if (expected === 'primed') {
      expect([first?.data, first?.retry]).toEqual(['', '1000']);
      expect(first?.id).toMatch(/^[\w-]{8}\.\d+\.0$/);
      expect(second?.id).not.toBe(first?.id);
    } else {
      expect([first?.data, first?.retry]).toEqual([expect.stringContaining('progress'), undefined]);
      expect(first?.id === undefined).toBe(expected === 'neither');
    }
    expect(courseOf(call.messages)).toEqual(course(2, 1));
  });

  it('can come back while the gateway stops', async () => {
    const session = await open();
    const call = progressCall(session, 1, 10, cuttable, 40);
    await progressed(call);
    proxy.restore();
    await call.closed;
    const drained = gateway.listener.drain();
    const back = resume(session, call.lastEventId);
    await back.closed;
    expect(courseOf([...call.messages, ...back.messages])).toEqual(course(10, 1));
    await drained;
  });

  it('costs nothing before there is a stream, and nothing any more when its session has ended', async () => {
    const session = await open();
    await session.call('echo', { message: 'x' });
    await session.request('tools/list');
    expect(kept()).toBe(0);
    await progressCall(session, 1, 3).closed;
    const running = progressCall(session, 2, 90, url, 20);
    const own = resume(session, undefined);
    await Promise.all([progressed(running), began(own)]);
    expect(kept()).toBeGreaterThan(0);
    await raw(url, { method: 'DELETE', headers: session.headers });
    expect(kept()).toBe(0);
    await Promise.all([running.closed, own.closed]);
  });

  const EVENTS = { accept: 'text/event-stream' };

  const comingBack = (session: RawSession, lastEventId: string | undefined, more: Record<string, string> = {}) => ({
    method: 'GET',
    headers: { ...session.headers, ...EVENTS, 'last-event-id': lastEventId, ...more },
  });

  async function setTools(names: readonly string[]): Promise<void> {
    const [server] = gateway.sources.servers;
    const tools = names.map((name) => ({ name, definition: JSON.stringify({ name, inputSchema: {} }), enabled: true }));
    Object.assign(server as object, { tools });
    await gateway.changed();
  }
});

/** Whole numbers below a limit, the same in every run. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
