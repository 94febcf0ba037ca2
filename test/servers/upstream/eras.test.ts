import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UpstreamError, type UpstreamPool, type UpstreamTarget } from '../../../src/servers/upstream/index.js';
import { everythingStdio, freePort, nodeProgram, startServer, targetOf } from '../../support/upstreams.js';
import { answer, ScriptedHttp } from './fixtures/scripted-http.js';
import { callTool, CONFORMANCE, faultyStdio, newPool } from './harness.js';

const both = await newPool();
afterAll(() => both.pool.closeAll());

const opener = { capabilities: {}, clientInfo: { name: 'c', version: '1' }, protocolVersion: '2025-11-25' };

type Era = 'legacy' | 'modern' | 'both';

async function fixture(
  transport: 'stdio' | 'http' | 'sse',
  era: Era,
): Promise<{ target: UpstreamTarget; stop: () => unknown }> {
  if (transport === 'stdio') {
    return { target: targetOf(nodeProgram(CONFORMANCE, 'stdio', '--era', era)), stop: () => undefined };
  }
  const [path, kind] = transport === 'sse' ? ['/sse', 'sse'] : ['/mcp', 'streamable-http'];
  const server = await startServer([CONFORMANCE, transport, '--era', era], await freePort(), path);
  const target = targetOf({ transport: kind as UpstreamTarget['transport'], url: server.url });
  return { target, stop: () => server.stop() };
}

describe.each([
  ['stdio', 'legacy', { legacy: true, modern: false }],
  ['stdio', 'modern', { legacy: false, modern: true }],
  ['stdio', 'both', { legacy: true, modern: true }],
  ['http', 'legacy', { legacy: true, modern: false }],
  ['http', 'modern', { legacy: false, modern: true }],
  ['http', 'both', { legacy: true, modern: true }],
  ['sse', 'both', { legacy: true, modern: false }],
] as const)('an upstream over %s that speaks %s', (transport, era, eras) => {
  it('is spoken to in the era that is asked for, or in the only one', async () => {
    const { target, stop } = await fixture(transport, era);
    const { pool } = both;
    const any = await pool.shared(target);
    expect(any.era).toBe(eras.legacy ? 'legacy' : 'modern');
    const modern = await pool.shared(target, 'modern');
    expect(modern.era).toBe(eras.modern ? 'modern' : 'legacy');
    expect(await pool.eras(target)).toEqual(eras);
    expect((await pool.exclusive(target, opener, {})).era).toBe(any.era);
    for (const link of [any, modern]) expect(await callTool(link, 'test_echo', { value: 'é' })).toBe('{"value":"é"}');
    expect(pool.links(target.serverId).filter(({ exclusive }) => !exclusive)).toHaveLength(any === modern ? 1 : 2);
    await pool.drop(target.serverId, 'the test is over');
    await stop();
  });
});

describe('the era of a program', () => {
  it.each([
    ['refuses what it does not know', everythingStdio()],
    ['says nothing to what it does not know', faultyStdio()],
    ['leaves at a first message that is not initialize', faultyStdio('--needs-initialize')],
  ])('is legacy when it %s', async (_how, program) => {
    const { pool, logged } = both;
    const target = targetOf(program);
    const link = await pool.shared(target);
    logged.length = 0;
    expect(await pool.shared(target, 'modern')).toBe(link);
    expect(await pool.eras(target)).toEqual({ legacy: true, modern: false });
    expect(link.closed).toBe(false);
    expect(logged.map(({ message }) => message)).toEqual([]);
    await pool.drop(target.serverId, 'the test is over');
  });

  it('stays open when it cannot be started', async () => {
    const { pool } = await newPool();
    const target = targetOf({ transport: 'stdio', command: 'there-is-no-such-program' });
    const missing = { code: 'UPSTREAM_UNAVAILABLE', message: expect.stringContaining('not found on PATH') as string };
    await expect(pool.shared(target, 'modern')).rejects.toMatchObject(missing);
    await expect(pool.eras(target)).rejects.toMatchObject(missing);
  });
});

describe('the era of a server over HTTP', () => {
  let upstream: ScriptedHttp;
  let pool: UpstreamPool;
  let target: UpstreamTarget;
  beforeEach(async () => {
    upstream = await ScriptedHttp.start();
    ({ pool } = await newPool());
    target = targetOf({ transport: 'streamable-http', url: upstream.url });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await pool.closeAll();
    await upstream.stop();
  });

  it('is found out when somebody needs to know, once, and again after a day', async () => {
    upstream.speakLegacy();
    expect((await pool.shared(target)).era).toBe('legacy');
    expect(upstream.of('server/discover')).toEqual([]);
    for (let n = 0; n < 3; n++) expect((await pool.shared(target, 'modern')).era).toBe('legacy');
    expect(await pool.eras(target)).toEqual({ legacy: true, modern: false });
    expect(upstream.of('server/discover')).toHaveLength(1);
    upstream.speakModern();
    // Until then nobody remembers that the trial failed a moment ago.
    await sleep(1100);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3600 * 1000 });
    expect((await pool.shared(target, 'modern')).era).toBe('modern');
    expect(await pool.eras(target)).toEqual({ legacy: true, modern: true });
    expect((await pool.shared(target)).era).toBe('legacy');
  });

  it('is found out anew when the registration is looked at anew', async () => {
    upstream.speakLegacy();
    await pool.eras(target);
    upstream.speakModern();
    await pool.drop(target.serverId, 'it is tried again');
    expect(await pool.eras(target)).toEqual({ legacy: true, modern: true });
  });

  it.each([401, 403, 429, 500, 503])('is not decided by HTTP %i', async (status) => {
    upstream.speakLegacy();
    const error = { id: null, error: { code: -32000, message: 'not you, not now' } };
    upstream.scripts['server/discover'] = (_message, response) => answer(response, error, status);
    expect((await pool.shared(target, 'modern')).era).toBe('legacy');
    upstream.speakModern();
    await expect.poll(async () => (await pool.shared(target, 'modern')).era, { timeout: 5000 }).toBe('modern');
  });

  it.each([
    ['400 without a word', (response: Parameters<typeof answer>[0]) => response.writeHead(400).end()],
    ['405', (response: Parameters<typeof answer>[0]) => response.writeHead(405).end('Method Not Allowed')],
    ['an error for a missing session', (response: Parameters<typeof answer>[0]) => answer(response, NO_SESSION, 400)],
    ['an unknown method', (response: Parameters<typeof answer>[0]) => answer(response, NO_METHOD)],
  ])('is legacy when it answers %s and opens sessions', async (_what, say) => {
    upstream.speakLegacy();
    upstream.scripts['server/discover'] = (_message, response) => void say(response);
    await pool.shared(target, 'modern');
    upstream.speakModern();
    expect((await pool.shared(target, 'modern')).era).toBe('legacy');
  });

  it('is not decided while the server answers neither', async () => {
    const failure = await pool.shared(target, 'modern').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UpstreamError);
    upstream.speakModern();
    await expect
      .poll(
        () =>
          pool.shared(target).then(
            ({ era }) => era,
            () => 'none',
          ),
        { timeout: 5000 },
      )
      .toBe('modern');
  });

  it('is looked into when the modern leg answers as if it were gone, which a caller alone cannot end', async () => {
    upstream.speakModern();
    upstream.speakLegacy();
    const link = await pool.shared(target, 'modern');
    const call = () => callTool(link, 'x').catch((error: unknown) => error);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    await call();
    await expect.poll(() => upstream.of('server/discover').length).toBe(3);
    expect(link.closed).toBe(false);
    delete upstream.scripts['server/discover'];
    vi.setSystemTime(Date.now() + 61_000);
    await call();
    await expect.poll(() => link.closed).toBe(true);
    expect((await pool.shared(target, 'modern')).era).toBe('legacy');
  });

  it('is shown by the test of a connection', async () => {
    upstream.speakLegacy();
    upstream.scripts['tools/list'] = ({ id }, response) => answer(response, { id, result: { tools: [] } });
    const first = await pool.probe(target);
    expect(first.steps.at(-1)).toMatchObject({ name: 'server/discover', message: 'It speaks MCP with sessions only.' });
    delete upstream.scripts.initialize;
    upstream.speakModern();
    const second = await pool.probe(target);
    expect(second).toMatchObject({ ok: true, catalogue: { handshake: { protocolVersion: '2026-07-28' } } });
    const asked = upstream.asked.length;
    expect(await pool.eras(target)).toEqual({ legacy: false, modern: true });
    expect(upstream.asked).toHaveLength(asked);
  });
});

const NO_SESSION = { id: null, error: { code: -32000, message: 'Bad Request: Server not initialized' } };
const NO_METHOD = { id: 1, error: { code: -32601, message: 'Method not found' } };
