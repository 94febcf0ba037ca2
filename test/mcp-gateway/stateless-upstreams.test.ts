import { fileURLToPath } from 'node:url';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, nodeProgram, startServer, type RunningUpstream } from '../support/upstreams.js';
import { bearer, eventually, RawSession, startGateway, type Raw, type TestGateway } from './harness.js';
import { MODERN, SERVER_INFO, StatelessClient } from './stateless.js';

const FIXTURE = fileURLToPath(new URL('../conformance/fixture.mjs', import.meta.url));
const URI = 'test://watched-resource';
const ALL = { sampling: {}, elicitation: {}, roots: { listChanged: true } };
const textOf = (answer: unknown) => (answer as { content: { text: string }[] }).content[0]?.text ?? '';

describe('servers of the stateless protocol', () => {
  let gateway: TestGateway;
  let key: string;
  let upstream: RunningUpstream;

  beforeAll(async () => {
    gateway = await startGateway();
    upstream = await startServer([FIXTURE, 'http', '--era', 'modern'], await freePort());
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'pipe', nodeProgram(FIXTURE, 'stdio', '--era', 'modern'));
    gateway.sources.server(project, 'http', { transport: 'streamable-http', url: upstream.url });
    gateway.sources.server(project, 'both', nodeProgram(FIXTURE, 'stdio', '--era', 'both'));
    await gateway.changed('projects');
    for (const { id } of gateway.sources.servers) await gateway.sources.rediscover(id);
  });

  afterAll(async () => {
    await gateway.close();
    await upstream.stop();
  });

  const url = (endpoint: string, door = 'mcp') => `${gateway.url}/projects/demo/${endpoint}/${door}`;

  async function connect(endpoint: string, door: string, capabilities: object = ALL): Promise<Client> {
    const client = new Client({ name: 'old', version: '1' }, { capabilities });
    if ('sampling' in capabilities) {
      client.setRequestHandler(CreateMessageRequestSchema, () => ({
        ...{ model: 'test', role: 'assistant' as const },
        content: { type: 'text' as const, text: 'Paris' },
      }));
      client.setRequestHandler(ElicitRequestSchema, ({ params }) => ({
        action: 'accept' as const,
        content: params.message.includes('color') ? { color: 'blue' } : { name: 'Ada' },
      }));
      client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: 'file:///old' }] }));
    }
    const options = { requestInit: { headers: bearer(key) } };
    const target = new URL(url(endpoint, door));
    await client.connect(
      door === 'sse' ? new SSEClientTransport(target, options) : new StreamableHTTPClientTransport(target, options),
    );
    return client;
  }

  describe.each([
    ['servers/pipe', 'mcp', ''],
    ['servers/http', 'mcp', ''],
    ['servers/http', 'sse', ''],
    ['unified', 'mcp', 'pipe__'],
    ['unified', 'sse', 'http__'],
  ])('in sessions of %s over %s', (endpoint, door, prefix) => {
    let client: Client;

    beforeAll(async () => {
      client = await connect(endpoint, door);
    });
    afterAll(() => client.close());

    const call = (name: string, args: Record<string, unknown> = {}) =>
      client.callTool({ name: `${prefix}${name}`, arguments: args });

    it('offer what they have', async () => {
      const names = (await client.listTools()).tools.map(({ name }) => name);
      expect(names).toContain(`${prefix}test_simple_text`);
      expect(textOf(await call('test_simple_text'))).toContain('simple text');
      expect((await client.listPrompts()).prompts.map(({ name }) => name)).toContain(`${prefix}test_simple_prompt`);
      const prompt = await client.getPrompt({ name: `${prefix}test_simple_prompt` });
      expect(prompt.messages.length).toBeGreaterThan(0);
      const { resources } = await client.listResources();
      const uri = resources.find((resource) => resource.uri.endsWith('static-text'))?.uri ?? '';
      const read = await client.readResource({ uri });
      expect(read.contents[0]?.uri).toBe(uri);
      await client.ping();
    });

    it('ask the client of the session what they need to know', async () => {
      const ask = async (kind: string) => textOf(await call(`test_input_required_result_${kind}`));
      expect(await ask('elicitation')).toBe('Hello, Ada!');
      expect(await ask('sampling')).toBe('Paris');
      expect(await ask('list_roots')).toBe('file:///old');
      expect(await ask('multiple_inputs')).toBe('Paris Ada (1 roots)');
      expect(await ask('multi_round')).toBe('Ada likes blue');
    });

    it('report progress in order', async () => {
      const heard: number[] = [];
      const onprogress = ({ progress }: { progress: number }) => void heard.push(progress);
      await client.callTool({ name: `${prefix}test_tool_with_progress`, arguments: {} }, undefined, { onprogress });
      expect(heard.length).toBeGreaterThanOrEqual(2);
      expect(heard).toEqual([...heard].sort((a, b) => a - b));
    });

    it('log from the level on that the session has set', async () => {
      const heard: unknown[] = [];
      client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void heard.push(params));
      await call('test_tool_with_logging');
      expect(heard).toEqual([]);
      await client.setLoggingLevel('debug');
      await call('test_tool_with_logging');
      await eventually(() => expect(heard.length).toBeGreaterThan(0));
    });

    it('tell of the resource that the session has subscribed to', async () => {
      const uri = endpoint === 'unified' ? `mcpo://${prefix.slice(0, -2)}/${URI}` : URI;
      const heard: string[] = [];
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void heard.push(params.uri));
      await client.subscribeResource({ uri });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await call('test_update_resource', { uri: URI });
      await eventually(() => expect(heard).toEqual([uri]));
      await client.unsubscribeResource({ uri });
      await call('test_update_resource', { uri: URI });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(heard).toEqual([uri]);
    });

    it('stop when the client cancels', async () => {
      const aborting = new AbortController();
      const label = `${endpoint} ${door}`;
      const args = { ms: 20_000, label };
      const options = { signal: aborting.signal };
      const running = client.callTool({ name: `${prefix}test_wait`, arguments: args }, undefined, options);
      setTimeout(() => aborting.abort(), 200);
      await expect(running).rejects.toThrow();
      await eventually(async () => expect(textOf(await call('test_was_cancelled', { label }))).toBe('true'));
    });
  });

  it('give sessions results without the stamps of the other protocol', async () => {
    const session = await RawSession.open(url('servers/http'), key);
    for (const { json } of [
      await session.request('tools/list'),
      await session.request('resources/read', { uri: 'test://static-text' }),
      await session.call('test_simple_text'),
    ]) {
      for (const member of ['resultType', 'ttlMs', 'cacheScope']) expect(json.result).not.toHaveProperty(member);
      expect(JSON.stringify(json)).not.toContain(SERVER_INFO);
    }
    const missing = await session.request('resources/read', { uri: 'test://none' });
    expect(missing.json.error?.code).toBe(-32002);
  });

  it('see the client and the trace of a session in every request', async () => {
    const session = await RawSession.open(url('servers/http'), key);
    const meta = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const { json } = await session.call('test_meta', {}, { _meta: meta });
    const seen = JSON.parse(textOf(json.result)) as Record<string, unknown>;
    expect(seen).toMatchObject({ ...meta, 'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' } });
  });

  it('fail a call whose questions the client refuses', async () => {
    const session = await RawSession.open(url('servers/http'), key, ALL);
    const { json } = await session.callAnswering('test_input_required_result_sampling', {}, (id) =>
      session.post({ jsonrpc: '2.0', id, error: { code: -1, message: 'the user said no' } }),
    );
    expect(json.error?.message).toContain('the user said no');
  });

  describe.each(['servers/pipe', 'servers/http', 'servers/both'])('for stateless clients of %s', (endpoint) => {
    const open = (capabilities = {}) => new StatelessClient(url(endpoint), key, capabilities);

    it('answer with their own bytes', async () => {
      const { json } = await open().call('test_meta', {}, { meta: { 'org.example/a': 12 } });
      const seen = JSON.parse(textOf(json.result)) as Record<string, unknown>;
      expect(seen).toMatchObject({
        'org.example/a': 12,
        'io.modelcontextprotocol/protocolVersion': MODERN,
        'io.modelcontextprotocol/clientInfo': { name: 'by hand' },
      });
      const discovered = (await open().request('server/discover')).json.result;
      expect(discovered).toMatchObject({ supportedVersions: [MODERN], resultType: 'complete' });
    });

    it('ask and are answered under the names that they chose', async () => {
      const client = open(ALL);
      const name = 'test_input_required_result_request_state';
      const first = (await client.call(name)).json.result ?? {};
      expect(Object.keys(first.inputRequests as object)).toEqual(['confirm']);
      const inputResponses = { confirm: { action: 'accept', content: { ok: true } } };
      const again = { inputResponses, requestState: first.requestState };
      expect(textOf((await client.call(name, {}, { more: again })).json.result)).toBe('state-ok accept');
      const tampered = { ...again, requestState: `${String(first.requestState)}x` };
      expect((await client.call(name, {}, { more: tampered })).json.error?.code).toBe(-32602);
    });

    it('say with their own code and status what the client lacks or what they do not know', async () => {
      const refusal = (answer: Raw) => [answer.status, answer.json.error?.code];
      expect(refusal(await open().call('test_missing_capability'))).toEqual([400, -32021]);
      expect(refusal(await open().request('no/such/method'))).toEqual([404, -32601]);
      expect(refusal(await open().request('resources/read', { uri: 'test://none' }))).toEqual([200, -32602]);
    });

    it('log only for the request that asks', async () => {
      const meta = { 'io.modelcontextprotocol/logLevel': 'info' };
      const loud = await open().call('test_tool_with_logging', {}, { meta });
      expect(loud.events.some(({ method }) => method === 'notifications/message')).toBe(true);
      expect((await open().call('test_tool_with_logging')).headers['content-type']).toBe('application/json');
    });
  });

  it('get the state back that they gave, on the unified endpoint from that server alone', async () => {
    const client = new StatelessClient(url('unified'), key, ALL);
    const tool = 'test_input_required_result_request_state';
    const first = (await client.call(`pipe__${tool}`)).json.result ?? {};
    const inputResponses = { confirm: { action: 'accept', content: { ok: true } } };
    const more = { inputResponses, requestState: first.requestState };
    expect((await client.call(`http__${tool}`, {}, { more })).json.error?.code).toBe(-32602);
    expect(textOf((await client.call(`pipe__${tool}`, {}, { more })).json.result)).toBe('state-ok accept');
  });

  it('hear no tools any more that were switched off, and say so as private', async () => {
    const [server] = gateway.sources.servers;
    if (!server) throw new Error('no server');
    const client = new StatelessClient(url('servers/pipe'), key);
    server.tools = server.tools.map((tool) => (tool.name === 'test_echo' ? { ...tool, enabled: false } : tool));
    await gateway.changed();
    const { result } = (await client.request('tools/list')).json;
    expect((result?.tools as { name: string }[]).map(({ name }) => name)).not.toContain('test_echo');
    expect(result?.cacheScope).toBe('private');
  });

  it('tell sessions when their tools change', async () => {
    const client = await connect('unified', 'mcp', {});
    let told = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void told++);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await client.callTool({ name: 'http__test_trigger_tool_change', arguments: {} });
    await gateway.sources.rediscover(gateway.sources.servers[1]?.id ?? '');
    await eventually(() => expect(told).toBeGreaterThan(0));
    await client.close();
  });

  it('serve the second SDK, pinned to their protocol', async () => {
    const versionNegotiation = { mode: { pin: MODERN } };
    const sdk = new ModernClient({ name: 'sdk', version: '2' }, { capabilities: ALL, versionNegotiation });
    sdk.setRequestHandler('elicitation/create', () => ({ action: 'accept' as const, content: { name: 'Ada' } }));
    await sdk.connect(new ModernTransport(new URL(url('unified')), { requestInit: { headers: bearer(key) } }));
    const answer = await sdk.callTool({ name: 'http__test_input_required_result_elicitation', arguments: {} });
    expect(textOf(answer)).toBe('Hello, Ada!');
    await sdk.close();
  });
});
