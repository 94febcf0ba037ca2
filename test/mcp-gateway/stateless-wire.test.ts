import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { everythingStdio } from '../support/upstreams.js';
import { eventually, raw, startGateway, type TestGateway } from './harness.js';
import { MODERN, SERVER_INFO, StatelessClient } from './stateless.js';

const PREFIX = 'io.modelcontextprotocol/';
const REGION = {
  name: 'echo',
  inputSchema: {
    type: 'object',
    properties: {
      message: { type: 'string', 'x-mcp-header': 'Message' },
      inner: { type: 'object', properties: { count: { type: 'integer', 'x-mcp-header': 'Count' } } },
    },
  },
};

describe('the wire of the stateless protocol', () => {
  let gateway: TestGateway;
  let client: StatelessClient;
  let everything: StatelessClient;
  let unified: StatelessClient;

  beforeAll(async () => {
    gateway = await startGateway();
    const project = gateway.sources.project('demo');
    const key = gateway.sources.key(project);
    const faulty = gateway.sources.server(project, 'faulty', { ...faultyStdio(), timeoutMs: 2000 });
    gateway.sources.server(project, 'everything', everythingStdio());
    await gateway.changed('projects');
    for (const { id } of gateway.sources.servers) await gateway.sources.rediscover(id);
    faulty.tools = faulty.tools.map((tool) =>
      tool.name === 'echo' ? { ...tool, definition: JSON.stringify(REGION) } : tool,
    );
    await gateway.changed();
    const at = (endpoint: string) => new StatelessClient(`${gateway.url}/projects/demo/${endpoint}/mcp`, key);
    [client, everything, unified] = [at('servers/faulty'), at('servers/everything'), at('unified')];
  });

  afterAll(() => gateway.close());

  const errorOf = async (promise: ReturnType<StatelessClient['request']>) => {
    const { status, json } = await promise;
    return [status, json.error?.code];
  };

  it('answers a request without a session, under its id and with its kind', async () => {
    for (const id of ['7', 7, '', 0]) {
      const { status, headers, json } = await everything.call('echo', { message: 'hi' }, { id });
      expect([status, headers['content-type'], json.id]).toEqual([200, 'application/json', id]);
      expect(headers['mcp-session-id']).toBeUndefined();
      expect(json.result).toMatchObject({ resultType: 'complete', content: [{ type: 'text', text: 'Echo: hi' }] });
      expect((json.result?._meta as Record<string, unknown>)[SERVER_INFO]).toMatchObject({ version: '2.0.0' });
      expect(json.result).not.toHaveProperty('ttlMs');
    }
  });

  it('discovers one server as itself and all of them as the gateway', async () => {
    const one = (await everything.request('server/discover')).json.result;
    expect(one).toMatchObject({ resultType: 'complete', supportedVersions: [MODERN], cacheScope: 'private' });
    expect(one?.capabilities).toMatchObject({ tools: { listChanged: true }, resources: { subscribe: true } });
    expect(one?.instructions).toContain('Everything');
    expect(one?.ttlMs).toBeTypeOf('number');
    const all = (await unified.request('server/discover')).json.result;
    expect(all).toMatchObject({ supportedVersions: [MODERN], _meta: { [SERVER_INFO]: { name: 'mcp-orchestrator' } } });
  });

  it('says of every list and resource how long it may be kept, and by whom', async () => {
    const uri = 'demo://resource/static/document/features.md';
    for (const one of [everything, unified]) {
      for (const method of ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']) {
        const { result } = (await one.request(method)).json;
        expect([method, result?.resultType, result?.ttlMs, result?.cacheScope]).toEqual([
          method,
          'complete',
          0,
          'private',
        ]);
      }
      const { result } = (await one.request('resources/read', { uri })).json;
      expect(result).toMatchObject({ resultType: 'complete', ttlMs: 0, cacheScope: 'private', contents: [{ uri }] });
    }
    const [first, second] = [await unified.request('tools/list'), await unified.request('tools/list')];
    expect(first.json.result).toEqual(second.json.result);
  });

  it('wants the version in the envelope and the header alike', async () => {
    const meta = (version: unknown) => ({ meta: { [`${PREFIX}protocolVersion`]: version } });
    const header = (version: string | undefined) => ({ headers: { 'mcp-protocol-version': version } });
    expect(await errorOf(client.request('tools/list', {}, header(undefined)))).toEqual([400, -32020]);
    expect(await errorOf(client.request('tools/list', {}, header('2025-11-25')))).toEqual([400, -32020]);
    expect(await errorOf(client.request('tools/list', {}, meta('2025-11-25')))).toEqual([400, -32020]);
    expect(await errorOf(client.request('tools/list', {}, meta(7)))).toEqual([400, -32602]);
    expect(await errorOf(client.request('tools/list', {}, meta(undefined)))).toEqual([400, -32602]);
    for (const version of ['2025-11-25', '2099-01-01']) {
      const { status, json } = await client.request('tools/list', {}, { ...meta(version), ...header(version) });
      expect([status, json.error?.code]).toEqual([400, -32022]);
      expect(json.error?.data).toEqual({ supported: [MODERN], requested: version });
    }
  });

  it('wants a complete envelope', async () => {
    const meta = (name: string, value: unknown) => ({ meta: { [PREFIX + name]: value } });
    expect(await errorOf(client.request('tools/list', {}, meta('clientCapabilities', undefined)))).toEqual([
      400, -32602,
    ]);
    expect(await errorOf(client.request('tools/list', {}, meta('clientCapabilities', [])))).toEqual([400, -32602]);
    expect(await errorOf(client.request('tools/list', {}, meta('clientInfo', 'me')))).toEqual([400, -32602]);
    expect(await errorOf(client.request('tools/list', {}, meta('logLevel', 'loud')))).toEqual([400, -32602]);
    expect((await client.request('tools/list', {}, meta('clientInfo', undefined))).status).toBe(200);
    const bare = { jsonrpc: '2.0', id: 'x', method: 'tools/list' };
    const without = await raw(client.url, { headers: client.headers('tools/list', {}), body: bare });
    expect([without.status, without.json.error?.code, without.json.id]).toEqual([400, -32602, 'x']);
  });

  it('refuses headers that say something else than the body', async () => {
    const headers = (more: Record<string, string | undefined>) => ({ headers: more });
    const prompt = { name: 'simple-prompt' };
    const resource = { uri: 'demo://resource/static/document/features.md' };
    expect(await errorOf(everything.request('tools/list', {}, headers({ 'mcp-method': undefined })))).toEqual([
      400, -32020,
    ]);
    expect(await errorOf(everything.request('tools/list', {}, headers({ 'mcp-method': 'Tools/List' })))).toEqual([
      400, -32020,
    ]);
    expect(await errorOf(everything.call('echo', {}, headers({ 'mcp-name': undefined })))).toEqual([400, -32020]);
    expect(await errorOf(everything.call('echo', {}, headers({ 'mcp-name': 'get-env' })))).toEqual([400, -32020]);
    expect(await errorOf(everything.request('prompts/get', prompt, headers({ 'mcp-name': 'x' })))).toEqual([
      400, -32020,
    ]);
    expect(await errorOf(everything.request('resources/read', resource, headers({ 'mcp-name': 'x' })))).toEqual([
      400, -32020,
    ]);
    const task = { taskId: 't1' };
    expect(await errorOf(everything.request('tasks/get', task, headers({ 'mcp-name': 't2' })))).toEqual([400, -32020]);
    for (const [name, status] of [
      ['=?base64?ZWNobw==?=', 200],
      ['=?base64?ZWNobw?=', 400],
      ['=?base64?w6k=?=', 400],
    ]) {
      const call = everything.call('echo', { message: 'x' }, headers({ 'mcp-name': String(name) }));
      expect([name, (await call).status]).toEqual([name, status]);
    }
  });

  it('checks the arguments that a tool wants repeated in headers', async () => {
    const echo = async (args: object, headers: Record<string, string> = {}) =>
      errorOf(client.call('echo', args, { headers }));
    expect(await echo({ message: 'a' })).toEqual([400, -32020]);
    expect(await echo({ message: 'a' }, { 'mcp-param-message': 'b' })).toEqual([400, -32020]);
    expect(await echo({ message: 'a' }, { 'mcp-param-message': 'a' })).toEqual([200, undefined]);
    expect(await echo({ message: 'é' }, { 'Mcp-Param-Message': '=?base64?w6k=?=' })).toEqual([200, undefined]);
    expect(await echo({ message: null })).toEqual([200, undefined]);
    const both = (count: string) => ({ 'mcp-param-message': 'a', 'mcp-param-count': count });
    expect(await echo({ message: 'a', inner: { count: 42 } }, both('42.0'))).toEqual([200, undefined]);
    expect(await echo({ message: 'a', inner: { count: 42 } }, both('0x2a'))).toEqual([400, -32020]);
    const through = await unified.call('faulty__echo', { message: 'a' }, { headers: { 'mcp-param-message': 'b' } });
    expect(through.json.error?.code).toBe(-32020);
  });

  it('knows the methods of this protocol and no others', async () => {
    for (const method of ['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'tasks/list', 'no/such']) {
      for (const one of [everything, unified]) {
        expect([method, ...(await errorOf(one.request(method)))]).toEqual([method, 404, -32601]);
      }
    }
  });

  it('gives errors of parameters and resources as answers', async () => {
    expect(await errorOf(everything.call('no-such-tool'))).toEqual([200, undefined]);
    expect(await errorOf(unified.call('no-such-tool'))).toEqual([200, -32602]);
    for (const one of [everything, unified]) {
      expect(await errorOf(one.request('resources/read', { uri: 'demo://none' }))).toEqual([200, -32602]);
    }
  });

  it('takes one message per POST, and needs neither GET nor DELETE nor a session', async () => {
    const headers = client.headers('tools/list', {});
    const list = client.body('tools/list', {}, {});
    const status = async (body: unknown, more: object = {}) =>
      (await raw(client.url, { headers: { ...headers, ...more }, body })).status;
    expect(await status([list])).toBe(400);
    expect(await status({ jsonrpc: '2.0', id: 1, result: {} })).toBe(400);
    expect(await status({ jsonrpc: '2.0', method: 'notifications/whatever' }, { 'mcp-method': undefined })).toBe(202);
    expect(await status({ jsonrpc: '2.0', method: 'notifications/whatever' })).toBe(400);
    expect(await status(list, { 'mcp-session-id': 'unknown', 'last-event-id': '7' })).toBe(200);
    expect(await status(list, { accept: 'application/json' })).toBe(406);
    for (const method of ['GET', 'DELETE']) {
      const answer = await raw(client.url, { method, headers: { ...headers, accept: 'text/event-stream' } });
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'POST']);
    }
    expect(
      (await raw(client.url, { headers: { ...headers, authorization: 'Bearer mcpo_none' }, body: list })).status,
    ).toBe(401);
  });

  it('keeps the sessions of 2025 on the same URL', async () => {
    const { authorization } = client.headers('', {}) as { authorization: string };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'old', version: '1' } };
    const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params };
    const opened = await raw(client.url, { headers: { authorization }, body: initialize });
    expect(opened.status).toBe(200);
    expect(opened.headers['mcp-session-id']).toBeTypeOf('string');
  });

  it('sends progress before the result, under the token of the client, and then ends', async () => {
    const meta = { progressToken: 'tok"en' };
    const { headers, events } = await client.call('progress', { steps: 3, pauseMs: 5 }, { meta });
    expect(headers['content-type']).toBe('text/event-stream');
    expect(headers['x-accel-buffering']).toBe('no');
    const progress = events.slice(0, 3).map(({ params }) => params);
    expect(progress).toEqual([1, 2, 3].map((step) => ({ progressToken: 'tok"en', progress: step })));
    expect(events[3]).toMatchObject({ result: { resultType: 'complete' } });
  });

  it('shows the upstream what the client sent, without the envelope', async () => {
    const meta = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'org.example/x': [1] };
    const { json } = await client.call('params', { big: 1 }, { meta, more: { extra: true, requestState: undefined } });
    const [content] = json.result?.content as { text: string }[];
    expect(JSON.parse(content?.text ?? '')).toEqual({
      name: 'params',
      arguments: { big: 1 },
      extra: true,
      _meta: meta,
    });
  });

  it('cancels the call when the client closes the stream', async () => {
    const before = gateway.calls.length;
    const req = httpRequest(client.url, {
      method: 'POST',
      agent: false,
      headers: { ...client.headers('tools/call', { name: 'hang' }), ...POST_HEADERS },
    });
    req.on('error', () => undefined);
    req.end(JSON.stringify(client.body('tools/call', { name: 'hang', arguments: {} }, {})));
    await new Promise((resolve) => setTimeout(resolve, 200));
    req.destroy();
    await eventually(() => expect(gateway.calls.slice(before)).toMatchObject([{ tool: 'hang', status: 'cancelled' }]));
    const { json } = await client.request('test/cancelled');
    expect((json.result?.cancelled as number[]).length).toBeGreaterThan(0);
  });

  it('times out', async () => {
    expect(await errorOf(client.call('hang'))).toEqual([200, -31003]);
  });

  it('records calls with the name of the client, and opens no session', async () => {
    const before = gateway.started.length;
    await everything.call('echo', { message: 'for the log' });
    await eventually(() =>
      expect(gateway.calls.at(-1)).toMatchObject({
        ...{ tool: 'echo', status: 'success', clientName: 'by hand', clientVersion: '3', sessionId: null },
        arguments: '{"message":"for the log"}',
      }),
    );
    expect(gateway.started.length).toBe(before);
  });

  it('does not show nor call a tool that is switched off', async () => {
    const server = gateway.sources.servers[1];
    if (!server) throw new Error('no server');
    const switchEcho = async (enabled: boolean) => {
      server.tools = server.tools.map((tool) => (tool.name === 'echo' ? { ...tool, enabled } : tool));
      await gateway.changed();
    };
    await switchEcho(false);
    const names = async (one: StatelessClient) =>
      ((await one.request('tools/list')).json.result?.tools as { name: string }[]).map(({ name }) => name);
    expect(await names(everything)).not.toContain('echo');
    expect(await names(unified)).not.toContain('everything__echo');
    expect((await everything.call('echo')).json.error).toMatchObject({ code: -32602, message: 'Unknown tool: echo' });
    expect((await unified.call('everything__echo')).json.error?.code).toBe(-32602);
    await switchEcho(true);
  });
});

const POST_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
