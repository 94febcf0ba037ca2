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
import { faultyStdio } from '../servers/upstream/harness.js';
import { everythingStdio, startEverything, type RunningUpstream } from '../support/upstreams.js';
import { bearer, eventually, RawSession, startGateway, type TestGateway } from './harness.js';

const ALL = { sampling: {}, elicitation: {}, roots: { listChanged: true } };
const text = (answer: unknown) => (answer as { content: { text: string }[] }).content[0]?.text ?? '';

describe('servers that speak of their own accord', () => {
  let gateway: TestGateway;
  let key: string;
  let upstream: RunningUpstream;

  beforeAll(async () => {
    gateway = await startGateway();
    upstream = await startEverything('streamableHttp');
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'stdio', everythingStdio());
    gateway.sources.server(project, 'http', { transport: 'streamable-http', url: upstream.url });
    gateway.sources.server(project, 'faulty', { ...faultyStdio(), timeoutMs: 500 });
    await gateway.changed('projects');
    for (const { id } of gateway.sources.servers) await gateway.sources.rediscover(id);
  });

  afterAll(async () => {
    await gateway.close();
    await upstream.stop();
  });

  async function connect(endpoint: string, door = 'mcp', name = 'one'): Promise<Client> {
    const client = new Client({ name, version: '1' }, { capabilities: ALL });
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'test',
      role: 'assistant' as const,
      content: { type: 'text' as const, text: `sampled by ${name}` },
    }));
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' as const }));
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: `file:///${name}`, name }] }));
    const url = new URL(`${gateway.url}/projects/demo/${endpoint}/${door}`);
    const options = { requestInit: { headers: bearer(key) } };

    const transport =
      door === 'sse' ? new SSEClientTransport(url, options) : new StreamableHTTPClientTransport(url, options);
    await client.connect(transport);
    return client;
  }

  describe.each([
    ['servers/stdio', 'mcp', ''],
    ['servers/http', 'mcp', ''],
    ['servers/stdio', 'sse', ''],
    ['unified', 'mcp', 'http__'],
  ])('on %s over %s', (endpoint, door, prefix) => {
    it('sends log messages of the level that was asked for', async () => {
      const client = await connect(endpoint, door);
      const heard: unknown[] = [];
      client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void heard.push(params));
      await client.setLoggingLevel('debug');
      await client.callTool({ name: `${prefix}toggle-simulated-logging`, arguments: {} });
      await eventually(() => expect(heard.length).toBeGreaterThan(0), 8000);
      await client.close();
    });

    it('tells of the resource that was subscribed to, under the URI that the client knows', async () => {
      const client = await connect(endpoint, door);
      const uris: string[] = [];
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void uris.push(params.uri));
      const { resources } = await client.listResources();
      const uri = resources.find((resource) => resource.uri.includes(prefix ? 'mcpo://http/' : 'demo://'))?.uri ?? '';
      await client.subscribeResource({ uri });
      await client.callTool({ name: `${prefix}toggle-subscriber-updates`, arguments: {} });
      await eventually(() => expect(uris).toContain(uri), 12_000);
      await client.unsubscribeResource({ uri });
      await client.close();
    });
  });

  it.each([
    ['stdio', 'mcp'],
    ['http', 'mcp'],
    ['stdio', 'sse'],
  ])('asks the very client that called: %s over %s', async (server, door) => {
    const endpoint = `servers/${server}`;
    const [one, two] = await Promise.all([connect(endpoint, door, 'one'), connect(endpoint, door, 'two')]);
    await eventually(async () => expect((await one.listTools()).tools.length).toBeGreaterThan(13));
    const ask = (client: Client, prompt: string) =>
      client.callTool({ name: 'trigger-sampling-request', arguments: { prompt, maxTokens: 10 } });
    const [first, second] = await Promise.all([ask(one, 'a'), ask(two, 'b')]);
    expect(text(first)).toContain('sampled by one');
    expect(text(second)).toContain('sampled by two');
    await Promise.all([one.close(), two.close()]);
  });

  it('asks the client of a unified session beside the call that runs', async () => {
    const session = await RawSession.open(`${gateway.url}/projects/demo/unified/mcp`, key, ALL);
    const { events } = await session.callAnswering('faulty__ask', { method: 'roots/list' }, (id) =>
      session.post({ jsonrpc: '2.0', id, result: { roots: [{ uri: 'file:///answer' }] } }),
    );
    expect(events[0]).toMatchObject({ method: 'roots/list' });
    expect(JSON.stringify(events[1])).toContain('file:///answer');
  });

  it('does not ask a client what it has not declared', async () => {
    const session = await RawSession.open(`${gateway.url}/projects/demo/servers/faulty/mcp`, key, { sampling: {} });
    const { events, json } = await session.call('ask', { method: 'roots/list' });
    expect(events).toEqual([]);
    expect(JSON.stringify(json)).toContain('-32601');
  });

  it('does not let a call time out while a person is asked', async () => {
    const session = await RawSession.open(`${gateway.url}/projects/demo/servers/faulty/mcp`, key, ALL);
    const { json } = await session.callAnswering('ask', { method: 'elicitation/create' }, async (id) => {
      await new Promise((resolve) => setTimeout(resolve, 1200));
      return session.post({ jsonrpc: '2.0', id, result: { action: 'accept' } });
    });
    expect(JSON.stringify(json)).toContain('accept');
    expect((await session.call('hang')).json.error?.code).toBe(-31003);
  });

  it('does not answer questions in the name of another session', async () => {
    const url = `${gateway.url}/projects/demo/servers/faulty/mcp`;
    const [asked, other] = await Promise.all([RawSession.open(url, key, ALL), RawSession.open(url, key, ALL)]);
    const roots = (id: unknown, uri: string) => ({ jsonrpc: '2.0', id, result: { roots: [{ uri }] } });
    const { events } = await asked.callAnswering('ask', { method: 'roots/list' }, async (id) => {
      await other.post(roots(id, 'file:///forged'));
      return asked.post(roots(id, 'file:///true'));
    });
    expect(JSON.stringify(events)).toContain('file:///true');
  });

  it('closes the links of a session with it', async () => {
    const client = await connect('servers/stdio');
    await client.callTool({ name: 'echo', arguments: { message: 'x' } });
    const mine = () => gateway.pool.links(gateway.sources.servers[0]?.id).filter((link) => link.exclusive).length;
    const before = mine();
    await (client.transport as StreamableHTTPClientTransport).terminateSession();
    await client.close();
    await eventually(() => expect(mine()).toBe(before - 1));
  });

  it.each(['servers/stdio', 'unified'])('tells sessions of %s when a tool is switched off', async (endpoint) => {
    const client = await connect(endpoint);
    let told = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void told++);
    const name = endpoint === 'unified' ? 'stdio__get-sum' : 'get-sum';
    const listed = async () => (await client.listTools()).tools.some((tool) => tool.name === name);
    expect(await listed()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 500));
    told = 0;
    const [server] = gateway.sources.servers;
    if (!server) throw new Error('no server');
    const switchSum = async (enabled: boolean) => {
      server.tools = server.tools.map((tool) => (tool.name === 'get-sum' ? { ...tool, enabled } : tool));
      await gateway.changed();
    };
    await switchSum(false);
    await eventually(() => expect(told).toBeGreaterThan(0));
    expect(await listed()).toBe(false);
    const call = client.callTool({ name, arguments: { a: 1, b: 2 } });
    await expect(call).rejects.toThrow(`Unknown tool: ${name}`);
    await switchSum(true);
    expect(await listed()).toBe(true);
    await client.close();
  });
});
