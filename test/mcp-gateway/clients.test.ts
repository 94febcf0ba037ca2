import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  everythingStdio,
  filesystemStdio,
  memoryStdio,
  startEverything,
  type RunningUpstream,
} from '../support/upstreams.js';
import { bearer, startGateway, type TestGateway } from './harness.js';
import { askProgram, Tap, type Call } from './raw-content.js';
import { ASKS_FOR_THE_ERA, me, sdkClients, type AnyClient } from './sdk-clients.js';

const EVERYTHING_CALLS: Call[] = [
  { name: 'echo', arguments: { message: 'grüße 🎉 "quoted" \\ \u2028\n' } },
  { name: 'get-tiny-image', arguments: {} },
  { name: 'get-annotated-message', arguments: { messageType: 'error', includeImage: true } },
  { name: 'get-structured-content', arguments: { location: 'Chicago' } },
  { name: 'get-sum', arguments: { a: 'not a number' } },
];
const MEMORY = [
  { type: 'entity', name: 'Zürich', entityType: 'city', observations: ['lies at a lake', '雨'] },
  { type: 'entity', name: 'Bern', entityType: 'city', observations: [] },
  { type: 'relation', from: 'Zürich', to: 'Bern', relationType: 'is larger than' },
];

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
  let calls: Record<string, Call[]>;
  /** What each server lists and answers to somebody who is connected to it and not to us. */
  const without: Record<string, { tools: string[]; contents: string[] }> = {};
  const running: RunningUpstream[] = [];

  beforeAll(async () => {
    gateway = await startGateway();
    folder = await realpath(await mkdtemp(join(tmpdir(), 'mcpo-files-')));
    await writeFile(join(folder, 'hello.txt'), 'hello from a file');
    const memoryFile = join(folder, 'memory.jsonl');
    await writeFile(memoryFile, MEMORY.map((line) => JSON.stringify(line)).join('\n'));
    const memory = { ...memoryStdio(), env: { MEMORY_FILE_PATH: memoryFile } };
    running.push(await startEverything('streamableHttp'), await startEverything('sse'));
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'everything', everythingStdio());
    gateway.sources.server(project, 'http', { transport: 'streamable-http', url: running[0]?.url });
    gateway.sources.server(project, 'events', { transport: 'sse', url: running[1]?.url });
    gateway.sources.server(project, 'files', filesystemStdio(folder));
    gateway.sources.server(project, 'memory', memory);
    await gateway.changed('projects');
    for (const { id } of gateway.sources.servers) await gateway.sources.rediscover(id);
    direct = new Client(me);
    await direct.connect(new StdioClientTransport(everythingStdio()));
    calls = { everything: EVERYTHING_CALLS, http: EVERYTHING_CALLS, events: EVERYTHING_CALLS, ...fileAndMemoryCalls() };
    without.everything = await askProgram(everythingStdio(), EVERYTHING_CALLS);
    without.files = await askProgram(filesystemStdio(folder), calls.files ?? []);
    without.memory = await askProgram(memory, calls.memory ?? []);
    without.http = await askServer('SDK 1 over streamable HTTP', running[0]?.url);
    without.events = await askServer('SDK 1 over SSE', running[1]?.url);
  });

  const fileAndMemoryCalls = (): Record<string, Call[]> => ({
    files: [
      { name: 'read_text_file', arguments: { path: join(folder, 'hello.txt') } },
      { name: 'list_directory', arguments: { path: folder } },
      { name: 'read_text_file', arguments: { path: '/etc/passwd' } },
    ],
    memory: [
      { name: 'read_graph', arguments: {} },
      { name: 'search_nodes', arguments: { query: 'Zürich' } },
    ],
  });

  async function askServer(name: string, url = ''): Promise<{ tools: string[]; contents: string[] }> {
    const tap = new Tap();
    const client = await sdkClients[name]?.(url.replace(/\/\w+$/, ''), { fetch: tap.fetch });
    if (!client) throw new Error(name);
    const { tools } = await client.listTools();
    const contents: string[] = [];
    for (const call of EVERYTHING_CALLS) contents.push(await tap.contentOf(() => client.callTool(call)));
    await client.close();
    return { tools: tools.map((tool) => tool.name), contents };
  }

  afterAll(async () => {
    await direct.close();
    await gateway.close();
    for (const upstream of running) await upstream.stop();
  });

  const connect = (name: string, endpoint: string, { fetch } = new Tap()): Promise<AnyClient> => {
    const open = sdkClients[name] as (typeof sdkClients)[string];
    return open(`${gateway.url}/projects/demo/${endpoint}`, { requestInit: { headers: bearer(key) }, fetch });
  };

  describe.each(Object.keys(sdkClients))('%s', (name) => {
    const isModern = name === ASKS_FOR_THE_ERA;
    const open = (endpoint: string) => connect(name, endpoint);

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

    const through = [
      ['its own endpoint', (server: string) => `servers/${server}`, () => ''],
      ['the unified endpoint', () => 'unified', (server: string) => `${server}__`],
    ] as const;
    const servers = ['everything', 'http', 'events', 'files', 'memory'];
    const ways = through.flatMap((way) => servers.map((server) => [server, ...way] as const));

    it.each(ways)('gets the content of %s through %s byte for byte', async (server, _way, endpoint, prefix) => {
      const tap = new Tap();
      const client = await connect(name, endpoint(server), tap);
      const own = (await client.listTools()).tools
        .map((tool) => tool.name)
        .filter((tool) => tool.startsWith(prefix(server)));
      expect(own.sort()).toEqual(without[server]?.tools.map((tool) => `${prefix(server)}${tool}`).sort());
      const contents: string[] = [];
      for (const call of calls[server] ?? []) {
        const renamed = { ...call, name: `${prefix(server)}${call.name}` };
        contents.push(await tap.contentOf(() => client.callTool(renamed)));
      }
      expect(contents).toEqual(without[server]?.contents);
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
    const client = await connect('SDK 1 over streamable HTTP', 'unified');
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
