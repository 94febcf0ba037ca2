import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  everythingStdio,
  filesystemStdio,
  memoryStdio,
  startEverything,
  type RunningUpstream,
} from '../support/upstreams.js';
import { bearer, startGateway, type TestGateway } from './harness.js';

/** What the tests need of either SDK's client. */
type AnyClient = Pick<Client, 'listTools' | 'callTool' | 'listPrompts' | 'getPrompt' | 'listResources' | 'close'> &
  Pick<
    Client,
    'listResourceTemplates' | 'readResource' | 'complete' | 'ping' | 'getServerVersion' | 'getServerCapabilities'
  >;

/** The second SDK takes the options of a call where the first takes a schema. */
function asFirst(client: ModernClient): AnyClient {
  const callTool = client.callTool.bind(client);
  const first = client as unknown as AnyClient;
  first.callTool = ((call: never, _schema: unknown, options: never) =>
    callTool(call, options)) as AnyClient['callTool'];
  return first;
}

const me = { name: 'tests', version: '1.2.3' };

/** Without the stamps that results of the stateless protocol carry and those of sessions do not. */
function unstamped(result: object): object {
  const { _meta, ttlMs: _ttl, cacheScope: _scope, resultType: _type, ...rest } = result as Record<string, unknown>;
  const { 'io.modelcontextprotocol/serverInfo': _server, ...meta } = (_meta ?? {}) as Record<string, unknown>;
  return Object.keys(meta).length > 0 ? { ...rest, _meta: meta } : rest;
}

describe('MCP clients through the gateway', () => {
  let gateway: TestGateway;
  let key: string;
  let direct: Client;
  let folder: string;
  const running: RunningUpstream[] = [];

  beforeAll(async () => {
    gateway = await startGateway();
    folder = await realpath(await mkdtemp(join(tmpdir(), 'mcpo-files-')));
    await writeFile(join(folder, 'hello.txt'), 'hello from a file');
    running.push(await startEverything('streamableHttp'), await startEverything('sse'));
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'everything', everythingStdio());
    gateway.sources.server(project, 'http', { transport: 'streamable-http', url: running[0]?.url });
    gateway.sources.server(project, 'events', { transport: 'sse', url: running[1]?.url });
    gateway.sources.server(project, 'files', filesystemStdio(folder));
    gateway.sources.server(project, 'memory', memoryStdio());
    await gateway.changed('projects');
    for (const { id } of gateway.sources.servers) await gateway.sources.rediscover(id);
    direct = new Client(me);
    await direct.connect(new StdioClientTransport(everythingStdio()));
  });

  afterAll(async () => {
    await direct.close();
    await gateway.close();
    for (const upstream of running) await upstream.stop();
  });

  const url = (endpoint: string, door: string) => new URL(`${gateway.url}/projects/demo/${endpoint}/${door}`);
  const requestInit = () => ({ headers: bearer(key) });

  const connect: Record<string, (endpoint: string) => Promise<AnyClient>> = {
    'SDK 1 over streamable HTTP': async (endpoint) => {
      const client = new Client(me);
      await client.connect(new StreamableHTTPClientTransport(url(endpoint, 'mcp'), { requestInit: requestInit() }));
      return client;
    },
    'SDK 1 over SSE': async (endpoint) => {
      const client = new Client(me);

      await client.connect(new SSEClientTransport(url(endpoint, 'sse'), { requestInit: requestInit() }));
      return client;
    },
    'SDK 2 over streamable HTTP': async (endpoint) => {
      const client = new ModernClient(me);
      await client.connect(new ModernTransport(url(endpoint, 'mcp'), { requestInit: requestInit() }));
      return asFirst(client);
    },
    'SDK 2, which asks for the era first': async (endpoint) => {
      const client = new ModernClient(me, { versionNegotiation: { mode: 'auto' } });
      await client.connect(new ModernTransport(url(endpoint, 'mcp'), { requestInit: requestInit() }));
      return asFirst(client);
    },
  };

  describe.each(Object.keys(connect))('%s', (name) => {
    const isModern = name === 'SDK 2, which asks for the era first';
    const open = (endpoint: string) => (connect[name] as (endpoint: string) => Promise<AnyClient>)(endpoint);

    it.each(['everything', 'http', 'events'])('sees the server %s as if it were connected to it', async (server) => {
      const client = await open(`servers/${server}`);
      expect(client.getServerVersion()?.name).toBe(direct.getServerVersion()?.name);
      const { tools } = await direct.listTools();
      // This SDK does not hand on what 2026-07-28 has removed.
      const known = isModern ? tools.map(({ execution: _removed, ...tool }) => tool) : tools;
      expect(unstamped(await client.listTools())).toEqual({ tools: known });
      expect(unstamped(await client.listPrompts())).toEqual(await direct.listPrompts());
      expect(unstamped(await client.listResources())).toEqual(await direct.listResources());
      expect(unstamped(await client.listResourceTemplates())).toEqual(await direct.listResourceTemplates());
      const sum = { name: 'get-sum', arguments: { a: 2, b: 40 } };
      expect(unstamped(await client.callTool(sum))).toEqual(await direct.callTool(sum));
      const prompt = { name: 'args-prompt', arguments: { city: 'Bern' } };
      expect(unstamped(await client.getPrompt(prompt))).toEqual(await direct.getPrompt(prompt));
      const uri = 'demo://resource/static/document/features.md';
      expect(unstamped(await client.readResource({ uri }))).toEqual(await direct.readResource({ uri }));
      const completion = {
        ref: { type: 'ref/prompt' as const, name: 'completable-prompt' },
        argument: { name: 'department', value: 'E' },
      };
      expect(unstamped(await client.complete(completion))).toEqual(await direct.complete(completion));
      if (!isModern) await client.ping();
      await client.close();
    });

    it('calls every server through the unified endpoint', async () => {
      const client = await open('unified');
      const tools = (await client.listTools()).tools.map((tool) => tool.name);
      expect(tools).toContain('http__echo');
      expect(tools).toContain('memory__read_graph');
      expect(tools.every((tool) => /^[A-Za-z0-9_-]{1,64}$/.test(tool))).toBe(true);
      expect(tools.length).toBeGreaterThan((await direct.listTools()).tools.length * 3);
      for (const server of ['everything', 'http', 'events']) {
        const answer = await client.callTool({ name: `${server}__echo`, arguments: { message: server } });
        expect(answer.content).toEqual([{ type: 'text', text: `Echo: ${server}` }]);
      }
      const path = join(folder, 'hello.txt');
      const file = await client.callTool({ name: 'files__read_text_file', arguments: { path } });
      expect(file.content).toEqual([{ type: 'text', text: 'hello from a file' }]);
      const prompt = { name: 'http__args-prompt', arguments: { city: 'Bern' } };
      expect(unstamped(await client.getPrompt(prompt))).toEqual(
        await direct.getPrompt({ ...prompt, name: 'args-prompt' }),
      );
      await client.close();
    });

    it('hears progress in order and before the result', async () => {
      const client = await open('servers/http');
      const heard: number[] = [];
      const call = { name: 'trigger-long-running-operation', arguments: { duration: 0.6, steps: 4 } };
      const onprogress = ({ progress }: { progress: number }) => void heard.push(progress);
      const answer = await client.callTool(call, undefined, { onprogress });
      expect(answer.isError).toBeFalsy();
      expect(heard.slice(0, 3)).toEqual([1, 2, 3]);
      await client.close();
    });
  });

  it('keeps URIs apart that several servers share, also in what tools return', async () => {
    const client = await (connect['SDK 1 over streamable HTTP'] as (endpoint: string) => Promise<AnyClient>)('unified');
    const { resources } = await client.listResources();
    const features = resources.filter((resource) => resource.uri.endsWith('features.md')).map(({ uri }) => uri);
    expect(features).toEqual(
      ['events', 'everything', 'http'].map((server) => `mcpo://${server}/demo://resource/static/document/features.md`),
    );
    const { contents } = await client.readResource({ uri: features[1] ?? '' });
    expect(contents[0]?.uri).toBe(features[1]);
    const linked = await client.callTool({ name: 'http__get-resource-links', arguments: { count: 2 } });
    const links = (linked.content as { type: string; uri?: string }[]).flatMap((part) => part.uri ?? []);
    expect(links.length).toBe(2);
    expect(links.every((uri) => uri.startsWith('mcpo://http/demo://'))).toBe(true);
    const read = await client.readResource({ uri: links[0] ?? '' });
    expect(read.contents[0]?.uri).toBe(links[0]);
    await client.close();
  });
});
