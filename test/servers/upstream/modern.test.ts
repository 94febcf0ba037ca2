import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { discover, type Link, type ModernLink, type UpstreamTarget } from '../../../src/servers/upstream/index.js';
import { readFrame, textOf, type Frame } from '../../../src/shared/jsonrpc/index.js';
import { freePort, nodeProgram, startServer, targetOf, type RunningUpstream } from '../../support/upstreams.js';
import { answer, ScriptedHttp } from './fixtures/scripted-http.js';
import { callTool, CONFORMANCE, newPool, outcomeOf, toolCall } from './harness.js';

const { pool, logged } = await newPool();
afterAll(() => pool.closeAll());

const METHODS = 'io.modelcontextprotocol/';
const SUBSCRIPTION_ID = `${METHODS}subscriptionId`;

async function modern(target: UpstreamTarget): Promise<ModernLink> {
  const link = await pool.shared(target, 'modern');
  if (link.era !== 'modern') throw new Error('The server does not speak 2026-07-28');
  return link;
}

function paramsOf({ bytes, params }: Frame): Record<string, unknown> & { _meta: Record<string, unknown> } {
  return JSON.parse(params ? textOf(bytes, params) : '{}') as ReturnType<typeof paramsOf>;
}

const request = (method: string, params: object): Frame =>
  readFrame(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 'c1', method, params })));

describe.each(['stdio', 'http'] as const)('a server of 2026-07-28 over %s', (transport) => {
  let upstream: RunningUpstream | undefined;
  let target: UpstreamTarget;
  let link: ModernLink;
  beforeAll(async () => {
    if (transport === 'http') {
      upstream = await startServer([CONFORMANCE, 'http', '--era', 'modern'], await freePort());
      target = targetOf({ transport: 'streamable-http', url: upstream.url });
    } else target = targetOf(nodeProgram(CONFORMANCE, 'stdio', '--era', 'modern'));
    link = await modern(target);
  });
  afterAll(() => upstream?.stop());

  it('introduces itself and shows its catalogue', async () => {
    const { protocolVersion, serverInfo, instructions, raw } = link.handshake;
    expect([protocolVersion, serverInfo.name, instructions]).toEqual([
      '2026-07-28',
      'conformance-fixture',
      'A server whose every answer is known.',
    ]);
    expect(JSON.parse(raw)).toMatchObject({ supportedVersions: ['2026-07-28'] });
    const catalogue = await discover(link);
    expect(catalogue.tools.map(({ key }) => key)).toContain('test_echo');
    for (const list of [catalogue.prompts, catalogue.resources, catalogue.templates])
      expect(list.length).toBeGreaterThan(0);
  });

  it('answers many calls at a time, each to its own caller', async () => {
    const said = await Promise.all(Array.from({ length: 200 }, (_, n) => callTool(link, 'test_echo', { value: n })));
    expect(said).toEqual(Array.from({ length: 200 }, (_, n) => `{"value":${n}}`));
    expect(link.inflight).toBe(0);
  });

  it('is told who we are, or who the caller is, or what the caller says itself', async () => {
    const metaSeen = async (options: object, meta?: object) =>
      JSON.parse(await callTool(link, 'test_meta', {}, { ...options, ...(meta && { meta }) })) as object;
    expect(await metaSeen({})).toMatchObject({
      [`${METHODS}clientCapabilities`]: {},
      [`${METHODS}clientInfo`]: { name: 'mcp-orchestrator' },
    });
    const envelope = { clientCapabilities: { roots: {} }, clientInfo: { name: 'cline', version: '3' } };
    expect(await metaSeen({ envelope }, { traceparent: '00-1-2-01' })).toEqual({
      [`${METHODS}protocolVersion`]: '2026-07-28',
      [`${METHODS}clientCapabilities`]: { roots: {} },
      [`${METHODS}clientInfo`]: { name: 'cline', version: '3' },
      traceparent: '00-1-2-01',
    });
    const own = { [`${METHODS}protocolVersion`]: '2026-07-28', [`${METHODS}clientCapabilities`]: { sampling: {} } };
    expect(await metaSeen({ envelope }, own)).toMatchObject(own);
  });

  it('keeps what no schema knows, both ways', async () => {
    const frame = await link.call(toolCall('test_odd_result'), { timeoutMs: 5000 });
    expect(frame.bytes.toString()).toContain('9007199254740993');
    const big = Buffer.from(
      '{"id":"a","jsonrpc":"2.0","method":"tools/call","params":{"arguments":{"value":{"z":1.0,"a":"\\u00fc"}},"name":"test_echo"}}',
    );
    expect(outcomeOf(await link.call(readFrame(big), { timeoutMs: 5000 })).content).toEqual([
      { type: 'text', text: '{"value":{"z":1,"a":"ü"}}' },
    ]);
  });

  it('reports progress under the token of the caller, in order and before the answer', async () => {
    const heard: unknown[] = [];
    const sink = { onMessage: (frame: Frame) => heard.push(paramsOf(frame)) };
    await callTool(link, 'test_tool_with_progress', {}, { sink, meta: { progressToken: 'mine' } });
    expect(heard).toMatchObject([0, 50, 100].map((progress) => ({ progressToken: 'mine', progress })));
  });

  it('may ask for input, which is the answer', async () => {
    const envelope = { clientCapabilities: { elicitation: {} }, clientInfo: { name: 'c', version: '1' } };
    const tool = toolCall('test_input_required_result_elicitation');
    const asked = outcomeOf(await link.call(tool, { timeoutMs: 5000, envelope }));
    expect(asked).toMatchObject({ resultType: 'input_required' });
    const [[key] = []] = Object.entries(asked.inputRequests as object);
    const inputResponses = { [key ?? '']: { action: 'accept', content: { name: 'Ada' } } };
    const { requestState } = asked;
    const again = { name: 'test_input_required_result_elicitation', arguments: {}, inputResponses, requestState };
    const answered = await link.call(request('tools/call', again), { timeoutMs: 5000, envelope });
    expect(outcomeOf(answered)).toMatchObject({ resultType: 'complete' });
  });

  it('answers errors of the protocol in band', async () => {
    const unknown = await link.call(request('no/such', {}), { timeoutMs: 5000 });
    expect([unknown.kind, outcomeOf(unknown).code]).toEqual(['error', -32601]);
    const missing = await link.call(toolCall('test_input_required_result_elicitation'), { timeoutMs: 5000 });
    expect(outcomeOf(missing)).toMatchObject({ code: -32021 });
    await expect(link.ask('resources/read', { uri: 'test://nowhere' })).rejects.toMatchObject({ code: -32602 });
  });

  it.each(['aborts', 'times out'])('is told when a call %s', async (how) => {
    const label = `${transport} ${how}`;
    const gone = new AbortController();
    const options = how === 'aborts' ? { timeoutMs: 5000, signal: gone.signal } : { timeoutMs: 150 };
    const call = link.call(toolCall('test_wait', { ms: 20_000, label }), options);
    if (how === 'aborts') setTimeout(() => gone.abort(), 100);
    await expect(call).rejects.toMatchObject({ code: how === 'aborts' ? 'CANCELLED' : 'TIMEOUT' });
    await expect.poll(() => callTool(link, 'test_was_cancelled', { label })).toBe('true');
  });

  it('tells of changed lists, so that they are asked for anew', async () => {
    const heard: string[] = [];
    pool.onSharedNotification((from, frame) => from === link && heard.push(frame.method ?? ''));
    const before = link.listChanges;
    await callTool(link, 'test_trigger_tool_change');
    await expect.poll(() => heard).toEqual(['notifications/tools/list_changed']);
    expect(link.listChanges).toBe(before + 1);
  });

  it('is listened to: acknowledged first, and nothing after the end', async () => {
    const heard: Frame[] = [];
    const uri = 'test://static-text';
    const listening = link.listen({ resourceSubscriptions: [uri] }, (frame) => heard.push(frame));
    await expect.poll(() => heard.length).toBe(1);
    await callTool(link, 'test_update_resource', { uri });
    await callTool(link, 'test_trigger_tool_change');
    await expect.poll(() => heard.length).toBe(2);
    expect(heard.map(({ method }) => method)).toEqual([
      'notifications/subscriptions/acknowledged',
      'notifications/resources/updated',
    ]);
    expect(heard.map((frame) => typeof paramsOf(frame)._meta[SUBSCRIPTION_ID])).toEqual(['number', 'number']);
    listening.close();
    await callTool(link, 'test_update_resource', { uri });
    await sleep(100);
    expect(heard).toHaveLength(2);
  });

  it('is left when nobody uses it, although we listen to its lists', async () => {
    const other = await newPool();
    const idle = await other.pool.shared(target, 'modern');
    expect([idle.era, idle.inflight]).toEqual(['modern', 0]);
    await sleep(30);
    await other.pool.closeIdle(10);
    expect(idle.closed).toBe(true);
  });
});

describe('a stateless server over HTTP', () => {
  let upstream: ScriptedHttp;
  let link: Link;
  beforeEach(async () => {
    upstream = await ScriptedHttp.start();
    upstream.speakModern({ tools: { listChanged: true } });
    upstream.scripts['tools/call'] = ({ id }, response) => answer(response, { id, result: { content: [] } });
    link = await modern(
      targetOf({ transport: 'streamable-http', url: upstream.url, headers: { 'Mcp-Method': 'forged' } }),
    );
  });
  afterEach(async () => {
    await link.close('the test is over');
    await upstream.stop();
  });

  it('gets in its headers what the body says, and no session', async () => {
    const mirrored = [{ header: 'Region', path: ['region'] }];
    const name = 'grüße';
    await link.call(toolCall(name, { region: 'us west' }), { timeoutMs: 5000, mirrored });
    expect(upstream.of('tools/call')[0]?.headers).toMatchObject({
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': `=?base64?${Buffer.from(name).toString('base64')}?=`,
      'mcp-param-region': 'us west',
    });
    expect(upstream.asked.every(({ headers }) => headers['mcp-session-id'] === undefined)).toBe(true);
  });

  it('offers no tool whose annotations break the rules, and the log says so', async () => {
    logged.length = 0;
    const region = { type: 'number', 'x-mcp-header': 'Region' };
    const tools = [
      { name: 'bad', inputSchema: { type: 'object', properties: { region } } },
      { name: 'good', inputSchema: { type: 'object' } },
    ];
    upstream.scripts['tools/list'] = ({ id }, response) => answer(response, { id, result: { tools } });
    expect((await discover(link)).tools.map(({ key }) => key)).toEqual(['good']);
    expect(logged.map(({ message }) => message).join()).toContain('"bad" is left out');
  });

  it('may answer under HTTP errors, and then is heard', async () => {
    upstream.scripts['tools/call'] = ({ id }, response) =>
      answer(response, { id, error: { code: -32020, message: 'Header mismatch' } }, 400);
    const said = await link.call(toolCall('x'), { timeoutMs: 5000 });
    expect(outcomeOf(said)).toEqual({ code: -32020, message: 'Header mismatch' });
    upstream.scripts['tools/call'] = ({ id }, response) =>
      answer(response, { id, error: { code: -32603, message: 'Internal error' } }, 500);
    expect(outcomeOf(await link.call(toolCall('x'), { timeoutMs: 5000 }))).toMatchObject({ code: -32603 });
  });

  it.each([
    ['asks for credentials', 401, 'UPSTREAM_UNAUTHORIZED'],
    ['fails without a word', 502, 'UPSTREAM_REFUSED'],
    ['redirects', 307, 'UPSTREAM_REDIRECTED'],
  ])('that %s is an error', async (_what, status, code) => {
    upstream.scripts['tools/call'] = (_message, response) =>
      response.writeHead(status, { location: upstream.url }).end();
    await expect(link.call(toolCall('x'), { timeoutMs: 5000 })).rejects.toMatchObject({ code, details: { status } });
  });

  it('that breaks off its answer has lost the request, which is not sent again', async () => {
    upstream.scripts['tools/call'] = (_message, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('id: 1\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n');
      setTimeout(() => response.destroy(), 20);
    };
    const lost = { code: 'UPSTREAM_CLOSED', executed: 'unknown' };
    await expect(link.call(toolCall('x'), { timeoutMs: 5000 })).rejects.toMatchObject(lost);
    upstream.scripts['tools/call'] = (_message, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: 1\ndata:\n\n');
    await expect(link.call(toolCall('x'), { timeoutMs: 5000 })).rejects.toMatchObject({ code: 'NO_RESPONSE' });
    expect(upstream.of('tools/call')).toHaveLength(2);
  });

  it('must not ask: its requests are noted and not answered', async () => {
    logged.length = 0;
    upstream.scripts['tools/call'] = ({ id }, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"jsonrpc":"2.0","id":1,"method":"roots/list"}\n\n');
      response.end(`data: {"jsonrpc":"2.0","id":${id},"result":{"content":[]}}\n\n`);
    };
    await link.call(toolCall('x'), { timeoutMs: 5000 });
    await sleep(50);
    expect(upstream.asked.filter(({ message }) => !('method' in message))).toEqual([]);
    expect(logged.map(({ message }) => message).join()).toContain('roots/list');
  });

  it('is listened to again after the stream was lost, and everything counts as changed', async () => {
    const heard: string[] = [];
    pool.onSharedNotification((from, frame) => from === link && heard.push(frame.method ?? ''));
    let streams = 0;
    upstream.scripts['subscriptions/listen'] = ({ id }, response) => {
      streams++;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const _meta = { [SUBSCRIPTION_ID]: id };
      const method = 'notifications/subscriptions/acknowledged';
      response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method, params: { _meta, notifications: {} } })}\n\n`);
      if (streams === 1) response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result: { _meta } })}\n\n`);
    };
    await expect.poll(() => heard, { timeout: 5000 }).toEqual(['notifications/tools/list_changed']);
    expect(streams).toBe(2);
  });

  it('that does not know subscriptions is not asked again', async () => {
    let ended = 0;
    upstream.scripts['subscriptions/listen'] = ({ id }, response) =>
      answer(response, { id, error: { code: -32601, message: 'Method not found' } }, 404);
    (link as ModernLink).listen(
      { toolsListChanged: true },
      () => undefined,
      () => ended++,
    );
    await expect.poll(() => ended).toBe(1);
  });

  it('that is gone ends the link and what listens on it', async () => {
    upstream.scripts['subscriptions/listen'] = (_message, response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    let ended = 0;
    (link as ModernLink).listen(
      { toolsListChanged: true },
      () => undefined,
      () => ended++,
    );
    await expect.poll(() => upstream.of('subscriptions/listen').length).toBeGreaterThan(0);
    await upstream.stop();
    await expect.poll(() => ended, { timeout: 8000 }).toBe(1);
    expect(link.closed).toBe(true);
    upstream = await ScriptedHttp.start();
  });
});
