import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, nodeProgram, startServer, type RunningUpstream } from '../support/upstreams.js';
import { eventually, startGateway, type TestGateway } from './harness.js';
import { StatelessClient, SUBSCRIPTION, type Message } from './stateless.js';

const FIXTURE = fileURLToPath(new URL('../conformance/fixture.mjs', import.meta.url));
const URI = 'test://watched-resource';

describe('clients that listen', () => {
  let gateway: TestGateway;
  let key: string;
  const running: RunningUpstream[] = [];

  beforeAll(async () => {
    gateway = await startGateway();
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    const start = async (...args: string[]) => {
      const upstream = await startServer([FIXTURE, ...args], await freePort(), args[0] === 'sse' ? '/sse' : '/mcp');
      running.push(upstream);
      return upstream.url;
    };
    const http = { transport: 'streamable-http' as const };
    gateway.sources.server(project, 'pipe-old', nodeProgram(FIXTURE, 'stdio', '--era', 'legacy'));
    gateway.sources.server(project, 'pipe-new', nodeProgram(FIXTURE, 'stdio', '--era', 'modern'));
    gateway.sources.server(project, 'http-old', { ...http, url: await start('http', '--era', 'legacy') });
    gateway.sources.server(project, 'http-new', { ...http, url: await start('http', '--era', 'modern') });
    gateway.sources.server(project, 'events', { transport: 'sse', url: await start('sse') });
    await gateway.changed('projects');
    for (const { id } of gateway.sources.servers) await gateway.sources.rediscover(id);
  });

  afterAll(async () => {
    await gateway.close();
    for (const upstream of running) await upstream.stop();
  });

  const at = (endpoint: string, withKey = key) =>
    new StatelessClient(`${gateway.url}/projects/demo/${endpoint}/mcp`, withKey);
  const said = (messages: readonly Message[], method: string) =>
    messages.filter((message) => message.method === method);

  describe.each(['pipe-old', 'pipe-new', 'http-old', 'http-new', 'events'])('to %s', (name) => {
    it('hear first what is honoured, then of lists and of the resources they name', async () => {
      const client = at(`servers/${name}`);
      const wanted = { toolsListChanged: true, promptsListChanged: false, resourceSubscriptions: [URI] };
      const { status, messages, close } = await client.listen(wanted, 'sub-1');
      expect(status).toBe(200);
      await eventually(() => expect(messages.length).toBe(1));
      const _meta = { [SUBSCRIPTION]: 'sub-1' };
      expect(messages[0]).toEqual({
        jsonrpc: '2.0',
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications: { toolsListChanged: true, resourceSubscriptions: [URI] }, _meta },
      });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await client.call('test_update_resource', { uri: URI });
      await client.call('test_update_resource', { uri: 'test://another' });
      await client.call('test_trigger_tool_change');
      await client.call('test_trigger_prompt_change');
      await eventually(() => expect(said(messages, 'notifications/tools/list_changed').length).toBeGreaterThan(0));
      expect(said(messages, 'notifications/resources/updated').map(({ params }) => params)).toEqual([
        { uri: URI, _meta },
      ]);
      expect(said(messages, 'notifications/prompts/list_changed')).toEqual([]);
      expect(messages.every(({ params }) => (params?._meta as object | undefined) !== undefined)).toBe(true);
      close();
    });

    it('hear of resources on the unified endpoint under the URI that they gave', async () => {
      const client = at('unified');
      const uri = `mcpo://${name}/${URI}`;
      const { messages, close } = await client.listen({ resourceSubscriptions: [uri] }, 9);
      await eventually(() => expect(messages[0]?.params?.notifications).toEqual({ resourceSubscriptions: [uri] }));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await client.call(`${name}__test_update_resource`, { uri: URI });
      await eventually(() => expect(messages[1]?.params).toEqual({ uri, _meta: { [SUBSCRIPTION]: 9 } }));
      close();
    });
  });

  it('share one subscription at an upstream of sessions, which ends with the last of them', async () => {
    const client = at('servers/http-old');
    const all = await Promise.all([1, 2, 3].map((id) => client.listen({ resourceSubscriptions: [URI] }, id)));
    await eventually(() => expect(all.every(({ messages }) => messages.length === 1)).toBe(true));
    const update = () => client.call('test_update_resource', { uri: URI });
    await update();
    await eventually(() => expect(all.map(({ messages }) => messages.length)).toEqual([2, 2, 2]));
    all[0]?.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await update();
    await eventually(() => expect(all.map(({ messages }) => messages.length)).toEqual([2, 3, 3]));
    for (const { close } of all) close();
  });

  it('are told on every endpoint when a tool is switched off', async () => {
    const [server] = gateway.sources.servers;
    if (!server) throw new Error('no server');
    const wanted = { toolsListChanged: true };
    const both = [await at('unified').listen(wanted, 1), await at('servers/pipe-old').listen(wanted, 2)];
    await eventually(() => expect(both.every(({ messages }) => messages.length === 1)).toBe(true));
    const switchTool = async (enabled: boolean) => {
      server.tools = server.tools.map((tool) => (tool.name === 'test_simple_text' ? { ...tool, enabled } : tool));
      await gateway.changed();
    };
    await switchTool(false);
    await eventually(() => {
      for (const { messages } of both) expect(messages[1]?.method).toBe('notifications/tools/list_changed');
    });
    await switchTool(true);
    for (const { close } of both) close();
  });

  it('hear a graceful end when the server is switched off or the key revoked', async () => {
    const [server] = gateway.sources.servers;
    const [project] = gateway.sources.projects;
    if (!server || !project) throw new Error('no server');
    const other = gateway.sources.key(project);
    await gateway.changed('api_keys');
    const one = await at('servers/pipe-old').listen({ toolsListChanged: true }, 'one');
    const two = await at('unified', other).listen({ toolsListChanged: true }, 2);
    await eventually(() => expect(one.messages.length + two.messages.length).toBe(2));
    server.enabled = false;
    await gateway.changed();
    gateway.sources.keys.pop();
    await gateway.changed('api_keys');
    await Promise.all([one.ended, two.ended]);
    const end = (id: unknown) => ({
      jsonrpc: '2.0',
      id,
      result: { resultType: 'complete', _meta: { [SUBSCRIPTION]: id } },
    });
    expect([one.messages.at(-1), two.messages.at(-1)]).toEqual([end('one'), end(2)]);
    server.enabled = true;
    await gateway.changed();
  });

  it('are refused a filter that cannot be read', async () => {
    for (const params of [{}, { notifications: 7 }, { notifications: { resourceSubscriptions: 'x' } }]) {
      const { status, json } = await at('unified').request('subscriptions/listen', params);
      expect([status, json.error?.code]).toEqual([200, -32602]);
    }
  });
});
