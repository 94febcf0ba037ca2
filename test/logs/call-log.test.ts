import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallFinished } from '../../src/shared/events/index.js';
import { Events } from '../../src/shared/events/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { signUp } from '../support/cast.js';
import type { As } from '../support/client.js';
import { Rows } from './rows.js';
import { aCall } from './log-scene.js';

interface Call {
  id: string;
  at: string;
  status: string;
  tool: string;
  server: { id: string; name: string } | null;
  arguments: unknown;
  result: unknown;
  payloadOmitted: boolean;
}

interface List {
  items: Call[];
  nextCursor: string | null;
}

let app: TestApp;
let rows: Rows;
let ada: As;
let nora: As;
let projectId: string;
let otherId: string;

/** Lets the calls happen and waits until they stand in the log. */
async function happen(...calls: Partial<CallFinished>[]): Promise<CallFinished[]> {
  const happened = calls.map((call) =>
    aCall({ projectId, serverId: null, apiKeyId: null, endpoint: 'unified', ...call }),
  );
  const before = await rows.count('tool_call_logs');
  for (const call of happened) app.nest.get(Events).emit('call.finished', call);
  await vi.waitFor(async () => expect(await rows.count('tool_call_logs')).toBe(before + calls.length), {
    timeout: 10_000,
  });
  return happened;
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const list = (query = '') => ada.get<List>(`/api/projects/demo/tool-call-logs${query}`);
const tools = async (query: string) => (await list(query)).body.items.map(({ tool }) => tool);

beforeAll(async () => {
  app = await startApp();
  rows = await Rows.of(app.databaseUrl);
  ada = await signUp(app, 'ada');
  nora = await signUp(app, 'nora');
  projectId = (await ada.post<{ id: string }>('/api/projects', { name: 'Demo', slug: 'demo' })).body.id;
  otherId = (await ada.post<{ id: string }>('/api/projects', { name: 'Other', slug: 'other' })).body.id;
});

afterAll(async () => {
  await rows.close();
  await app.close();
});

beforeEach(() => rows.clear());

describe('the call log as JSON', () => {
  it('lists the calls of the last 30 minutes, newest first, each as promised', async () => {
    const [call] = await happen(
      { at: minutesAgo(5), tool: 'b', sessionId: 's-1', traceId: 't' },
      { at: minutesAgo(31), tool: 'c' },
    );
    await happen({ at: minutesAgo(1), tool: 'a' });
    const { body } = await list();
    expect(body.items.map(({ tool }) => tool)).toEqual(['a', 'b']);
    expect(body.nextCursor).toBeNull();
    expect(body.items[1]).toMatchObject({
      ...{ id: call?.id, at: call?.at.toISOString(), status: 'success', tool: 'b', method: 'tools/call', server: null },
      ...{
        endpoint: 'unified',
        session: { id: 's-1' },
        client: { name: 'cline', version: '1.0' },
        apiKey: null,
        user: null,
      },
      ...{ ip: '127.0.0.1', userAgent: 'test', durationMs: 1.5, queueMs: 0, requestBytes: 100, responseBytes: 50 },
      ...{ errorCode: null, errorMessage: null, arguments: { message: 'hi' }, result: { content: [] }, traceId: 't' },
    });
  });

  it('finds by status, tool, client, session, duration, time and text', async () => {
    await happen(
      { tool: 'a', status: 'error', errorMessage: 'No disk', at: minutesAgo(4) },
      { tool: 'b', status: 'timeout', clientName: 'cursor', at: minutesAgo(3) },
      { tool: 'c', sessionId: 's-1', durationMs: 900, at: minutesAgo(2) },
      { tool: 'd', arguments: '{"path":"100%_real"}', at: minutesAgo(1) },
      { tool: 'old', at: minutesAgo(100) },
    );
    expect(await tools('?status=error,timeout')).toEqual(['b', 'a']);
    expect(await tools('?status=error&status=timeout')).toEqual(['b', 'a']);
    expect(await tools('?tool=a,d')).toEqual(['d', 'a']);
    expect(await tools('?client=cursor')).toEqual(['b']);
    expect(await tools('?session=s-1')).toEqual(['c']);
    expect(await tools('?minMs=100&maxMs=1000')).toEqual(['c']);
    expect(await tools('?q=100%25_REAL')).toEqual(['d']);
    expect(await tools('?q=100%25%25real')).toEqual([]);
    expect(await tools('?q=no+disk')).toEqual(['a']);
    expect(await tools('?q=CURSO')).toEqual(['b']);
    expect(await tools('?range=2h&tool=old&q=')).toEqual(['old']);
    const [from, to] = [minutesAgo(3.5), minutesAgo(1.5)].map((at) => at.toISOString());
    expect(await tools(`?from=${from}&to=${to}`)).toEqual(['c', 'b']);
  });

  it.each([
    ['status=strange', 'status'],
    ['from=yesterday', 'from'],
    ['from=2026-W05', 'from'],
    ['from=2026-330', 'from'],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'to'],
    ['range=tomorrow', 'range'],
    ['minMs=-1', 'minMs'],
    ['maxMs=many', 'maxMs'],
    ['limit=201', 'limit'],
    ['limit=0', 'limit'],
    ['cursor=nonsense', 'cursor'],
    [`q=${'x'.repeat(300)}`, 'q'],
    ['colour=red', 'colour'],
  ])('refuses %s and names the field', async (query, field) => {
    const { status, body } = await ada.get<{ error: { fields: object } }>(`/api/projects/demo/tool-call-logs?${query}`);
    expect(status).toBe(422);
    expect(Object.keys(body.error.fields)).toEqual([field]);
  });

  it('pages back without losing or repeating a call while new ones arrive', async () => {
    const same = minutesAgo(10);
    const made = await happen(
      ...Array.from({ length: 25 }, (_, n) => ({ tool: `t${n}`, at: n < 12 ? same : minutesAgo(9) })),
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: List } = await list(`?limit=4${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
      await happen({ tool: 'new' });
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen)).toEqual(new Set(made.map(({ id }) => id)));
  });

  it('shows one call with its whole payload, which a list leaves out when it is large', async () => {
    const text = JSON.stringify({ text: 'x'.repeat(40_000) });
    const [call] = await happen({ result: text, responseBytes: text.length });
    expect((await list()).body.items[0]).toMatchObject({
      result: null,
      payloadOmitted: true,
      arguments: { message: 'hi' },
    });
    const { body } = await ada.get<Call>(`/api/projects/demo/tool-call-logs/${call?.id}`);
    expect(body).toMatchObject({ result: JSON.parse(text) as object, payloadOmitted: false });
  });

  it('cuts payloads at 64 kB and says so', async () => {
    const text = JSON.stringify({ text: 'x'.repeat(100_000) });
    const [call] = await happen({ result: text, responseBytes: text.length });
    const { body } = await ada.get<Call & { resultTruncated: boolean }>(
      `/api/projects/demo/tool-call-logs/${call?.id}`,
    );
    expect(body.resultTruncated).toBe(true);
    expect(body.result).toBe(text.slice(0, 65_536));
  });

  it('counts in figures and facets', async () => {
    const durations = [10, 20, 30, 40];
    await happen(...durations.map((durationMs) => ({ durationMs, tool: 'a', sessionId: 's' })), {
      status: 'error',
      durationMs: 100,
    });
    const metrics = await ada.get('/api/projects/demo/tool-call-logs/metrics');
    expect(metrics.body).toMatchObject({
      ...{
        total: 5,
        byStatus: { success: 4, error: 1, timeout: 0, cancelled: 0 },
        successRate: 0.8,
        avgMs: 40,
        p50Ms: 30,
      },
      ...{ uniqueTools: 2, uniqueSessions: 1, uniqueClients: 1 },
    });
    expect(metrics.body.callsPerMinute).toBe(0.167);
    const facets = await ada.get('/api/projects/demo/tool-call-logs/facets?status=error');
    expect(facets.body).toMatchObject({
      status: [
        { value: 'success', count: 4 },
        { value: 'error', count: 1 },
      ],
      tool: [{ value: 'echo', count: 1 }],
      session: [],
    });
  });

  it('rounds times to microseconds', async () => {
    await happen({ durationMs: 1.23456789, queueMs: 0.1 + 0.2 });
    expect((await list()).body.items[0]).toMatchObject({ durationMs: 1.235, queueMs: 0.3 });
    const { body } = await ada.get('/api/projects/demo/tool-call-logs/metrics');
    expect(body).toMatchObject({ avgMs: 1.235, p50Ms: 1.235, p95Ms: 1.235, p99Ms: 1.235 });
  });

  it('has a client even when it gave no name', async () => {
    await happen({ clientName: null, clientVersion: null });
    expect((await list()).body.items[0]).toMatchObject({ client: { name: null, version: null }, session: null });
  });

  it('counts what the client cancelled neither as success nor as failure', async () => {
    await happen({ status: 'success' }, { status: 'timeout' }, { status: 'cancelled' }, { status: 'cancelled' });
    expect((await ada.get('/api/projects/demo/tool-call-logs/metrics')).body.successRate).toBe(0.5);
    const cancelled = '/projects/demo/tool-call-logs/metrics?status=cancelled';
    expect((await ada.get(`/api${cancelled}`)).body.successRate).toBeNull();
    const { text } = await ada.get(cancelled, { fragment: true });
    expect(text).toContain('0 failed');
    expect(text).not.toContain('0 %');
  });

  it('has no invented figures when nothing was called', async () => {
    const { body } = await ada.get('/api/projects/demo/tool-call-logs/metrics');
    expect(body).toMatchObject({
      total: 0,
      successRate: null,
      avgMs: null,
      p50Ms: null,
      p99Ms: null,
      callsPerMinute: 0,
    });
  });

  it('counts for the project and its checklist', async () => {
    await happen({ at: minutesAgo(60) }, { at: minutesAgo(25 * 60) });
    const { body } = await ada.get<{ counts: { calls24h: number } }>('/api/projects/demo');
    expect(body.counts.calls24h).toBe(1);
  });
});

describe('calls of another project', () => {
  it('are in no list, figure or facet of this one', async () => {
    const [foreign] = await happen({ projectId: otherId, tool: 'foreign' });
    expect((await list('?range=7d')).body.items).toEqual([]);
    expect((await ada.get('/api/projects/demo/tool-call-logs/metrics')).body.total).toBe(0);
    expect((await ada.get('/api/projects/demo/tool-call-logs/facets')).body.tool).toEqual([]);
    expect((await ada.get(`/api/projects/demo/tool-call-logs/${foreign?.id}`)).status).toBe(404);
    expect((await ada.get(`/api/projects/other/tool-call-logs/${foreign?.id}`)).status).toBe(200);
  });

  it.each(['', '/metrics', '/facets', `/${uuidv7()}`])('are hidden from strangers: tool-call-logs%s', async (path) => {
    expect((await nora.get(`/api/projects/demo/tool-call-logs${path}`)).status).toBe(404);
  });

  it.each([
    ['series', false],
    [uuidv7(), true],
  ])('speaks of a missing call only where one was asked for (%s)', async (id, isCall) => {
    const { body } = await ada.get<{ error: { message: string } }>(`/api/projects/demo/tool-call-logs/${id}`);
    expect(body.error.message.includes('call')).toBe(isCall);
  });

  it.each(['nonsense', uuidv7()])('and no call at all is 404 (%s)', async (id) => {
    expect((await ada.get(`/api/projects/demo/tool-call-logs/${id}`)).status).toBe(404);
  });
});

describe('the call log page', () => {
  const page = (query = '') => ada.page(`/projects/demo/tool-call-logs${query}`);
  const fragment = (query = '') => ada.get(`/projects/demo/tool-call-logs${query}`, { fragment: true });

  it('says that nothing was called yet, that nothing falls into the time, or that nothing matches', async () => {
    expect((await page()).text).toContain('No calls yet');
    await happen({ at: minutesAgo(90) });
    expect((await page()).text).toContain('No calls in this time');
    expect((await page('?range=24h&tool=none')).text).toContain('No call matches');
  });

  it('shows rows that open, the filters with their counts, and the way to older calls', async () => {
    await happen(...Array.from({ length: 60 }, (_, n) => ({ tool: `tool-${n}`, at: minutesAgo(n / 10) })));
    await happen({ tool: 'broken', status: 'error', errorMessage: 'It broke' });
    const { text } = await page();
    expect(text).toContain('It broke');
    expect(text).toMatch(/Success<\/span> <span class="tab-count">60</);
    expect(text.match(/<details class="call"/g)).toHaveLength(50);
    const older =
      /href="([^"]+cursor&#x3D;[^"]+)"/.exec(text)?.[1]?.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&') ?? '';
    const part = await ada.get(older, { fragment: true });
    expect(part.text.match(/<details class="call"/g)).toHaveLength(11);
    expect(part.text).not.toContain('<html');
    expect((await ada.page(older)).text).toContain('Back to the newest calls');
  });

  it('gives an htmx request the list only, and a few rows to an overview', async () => {
    expect((await fragment('?limit=5')).text).toContain('No calls to show');
    await happen({ tool: 'one' });
    expect((await fragment()).text).toMatch(/^\s*<div id="calls_list"/);
    expect((await fragment('?limit=5')).text).toMatch(/^\s*<div id="recent_calls"/);
  });

  it('shows a call on its own page and as a fragment, hostile text as text', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'</script>';
    const args = JSON.stringify({ evil });
    const [call] = await happen({
      tool: evil,
      arguments: args,
      errorMessage: evil,
      errorCode: 'TOOL_ERROR',
      clientName: evil,
      userAgent: evil,
    });
    const texts = await Promise.all([
      page(),
      page(`/${call?.id}`),
      ada.get(`/projects/demo/tool-call-logs/${call?.id}`, { fragment: true }),
      page(`?q=${encodeURIComponent(evil)}&tool=${encodeURIComponent(evil)}`),
      page('/metrics'),
      page('/facets'),
    ]);
    for (const { status, text } of texts) {
      expect(status).toBe(200);
      expect(text).not.toContain('<img src=x');
    }
    expect(texts[1]?.text).toContain('&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;');
    expect(texts[1]?.text).toContain('Ada Admin');
    expect(texts[2]?.text).not.toContain('<html');
  });

  it('keeps what was typed when the filter cannot be understood', async () => {
    const { status, text } = await page('?q=hello&range=tomorrow');
    expect(status).toBe(422);
    expect(text).toContain('Use a time range such as 15m, 6h or 7d.');
    expect(text).toContain('value="hello"');
  });
});
