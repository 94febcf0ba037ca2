import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { bearer, eventually, startGateway, type TestGateway } from './harness.js';

const me = { name: 'tests', version: '1' };

/** What the test needs of either SDK's client. */
interface Resuming {
  call(args: object, onProgress: (progress: number) => void): Promise<object>;
  onToolsChanged(heard: () => void): void;
  close(): Promise<void>;
}

describe('clients that come back by themselves', () => {
  let gateway: TestGateway;
  let key: string;
  let proxy: TcpProxy;

  beforeAll(async () => {
    gateway = await startGateway();
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'faulty', faultyStdio());
    await gateway.changed('projects');
    proxy = await TcpProxy.to(Number(new URL(gateway.url).port));
  });

  afterAll(async () => {
    proxy.close();
    await gateway.close();
  });

  const url = () => new URL(`http://127.0.0.1:${proxy.port}/projects/demo/servers/faulty/mcp`);
  const options = () => ({ requestInit: { headers: bearer(key) } });

  async function first(onError: (error: Error) => void): Promise<Resuming> {
    const client = new Client(me);
    client.onerror = onError;
    await client.connect(new StreamableHTTPClientTransport(url(), options()));
    return {
      call: (args, onProgress) =>
        client.callTool({ name: 'progress', arguments: { ...args } }, undefined, {
          onprogress: ({ progress }) => onProgress(progress),
        }),
      onToolsChanged: (heard) => client.setNotificationHandler(ToolListChangedNotificationSchema, heard),
      close: () => client.close(),
    };
  }

  async function second(onError: (error: Error) => void): Promise<Resuming> {
    const client = new ModernClient(me);
    client.onerror = onError;
    await client.connect(new ModernTransport(url(), options()));
    return {
      call: (args, onProgress) =>
        client.callTool(
          { name: 'progress', arguments: { ...args } },
          { onprogress: ({ progress }) => onProgress(progress) },
        ),
      onToolsChanged: (heard) => client.setNotificationHandler('notifications/tools/list_changed', heard),
      close: () => client.close(),
    };
  }

  async function offer(...names: string[]): Promise<void> {
    const tools = names.map((name) => ({ name, definition: JSON.stringify({ name, inputSchema: {} }), enabled: true }));
    Object.assign(gateway.sources.servers[0] as object, { tools });
    await gateway.changed();
  }

  it.each([
    ['SDK 1', first],
    ['SDK 2', second],
  ])('%s misses neither progress nor answer nor what was said on the side', async (name, connect) => {
    const errors: string[] = [];
    const client = await connect(({ message }) => void errors.push(message));
    let changes = 0;
    client.onToolsChanged(() => void changes++);
    await eventually(async () => {
      await offer('echo', `${name} ${changes}`.replaceAll(' ', '-'));
      await offer('echo');
      expect(changes).toBeGreaterThan(0);
    });
    const heard: number[] = [];
    const answer = client.call({ steps: 30, pauseMs: 100 }, (progress) => {
      heard.push(progress);
      // The second time it is the stream that has been resumed.
      if (progress === 3 || progress === 16) proxy.restore();
    });
    await eventually(() => expect(errors.length).toBeGreaterThan(0));
    const before = changes;
    await offer('echo', 'hang');
    expect(await answer).toMatchObject({ content: [{ type: 'text', text: 'done' }] });
    expect(heard).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
    await eventually(() => expect(changes).toBe(before + 1));
    expect(errors.filter((message) => !message.includes('disconnected'))).toEqual([]);
    await client.close();
  });
});
