import { fileURLToPath } from 'node:url';
import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort, startServer, type RunningUpstream } from '../support/upstreams.js';

const FIXTURE = fileURLToPath(new URL('fixture.mjs', import.meta.url));
const MODERN = '2026-07-28';
const running: RunningUpstream[] = [];

afterAll(() => Promise.all(running.map((server) => server.stop())));

async function url(path: string, ...args: string[]): Promise<URL> {
  const server = await startServer([FIXTURE, ...args], await freePort(), path);
  running.push(server);
  return new URL(server.url);
}

const stdio = (era: string) =>
  new StdioClientTransport({ command: process.execPath, args: [FIXTURE, 'stdio', '--era', era] });
const http = async (era: string) => new StreamableHTTPClientTransport(await url('/mcp', 'http', '--era', era));

const ways: [string, 'modern' | 'legacy', () => Transport | Promise<Transport>][] = [
  ['stdio of 2026-07-28', 'modern', () => stdio('modern')],
  ['stdio of 2025', 'legacy', () => stdio('legacy')],
  ['stdio of both, modern client', 'modern', () => stdio('both')],
  ['stdio of both, legacy client', 'legacy', () => stdio('both')],
  ['HTTP of 2026-07-28', 'modern', () => http('modern')],
  ['HTTP of 2025', 'legacy', () => http('legacy')],
  ['HTTP of both, modern client', 'modern', () => http('both')],
  ['HTTP of both, legacy client', 'legacy', () => http('both')],
  ['HTTP+SSE of 2024-11-05', 'legacy', async () => new SSEClientTransport(await url('/sse', 'sse'))],
];

async function connect(era: 'modern' | 'legacy', transport: Transport): Promise<Client> {
  const client = new Client(
    { name: 'tests', version: '1' },
    {
      capabilities: { elicitation: {}, sampling: {}, roots: {} },
      versionNegotiation: { mode: era === 'modern' ? { pin: MODERN } : 'legacy' },
    },
  );
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home' }] }));
  client.setRequestHandler('sampling/createMessage', () => ({
    role: 'assistant',
    model: 'none',
    content: { type: 'text', text: 'Good day' },
  }));
  await client.connect(transport);
  return client;
}

async function said(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  return (content as { text: string }[]).map(({ text }) => text).join('\n');
}

describe.each(ways)('the fixture over %s', (_way, era, transport) => {
  it('answers, asks, reports and tells of changes as every client of that era expects', async () => {
    const client = await connect(era, await transport());
    expect(client.getProtocolEra()).toBe(era);
    expect(await said(client, 'test_echo', { value: 'grüße' })).toBe('{"value":"grüße"}');
    expect(await said(client, 'test_input_required_result_multiple_inputs')).toBe('Good day Ada (1 roots)');

    const progress: number[] = [];
    const onprogress = (report: { progress: number }) => void progress.push(report.progress);
    await client.callTool({ name: 'test_tool_with_progress', arguments: {} }, { onprogress });
    expect(progress.slice(0, 2)).toEqual([0, 50]);

    const controller = new AbortController();
    const waiting = client.callTool(
      { name: 'test_wait', arguments: { ms: 20_000, label: 'mine' } },
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort('enough'), 100);
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => said(client, 'test_was_cancelled', { label: 'mine' })).toBe('true');

    const changes: string[] = [];
    client.setNotificationHandler('notifications/tools/list_changed', () => void changes.push('tools'));
    const subscription = era === 'modern' ? await client.listen({ toolsListChanged: true }) : undefined;
    await said(client, 'test_trigger_tool_change');
    await expect.poll(() => changes).toEqual(['tools']);
    await subscription?.close();
    await client.close();
  });
});
