import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { everythingCommand } from '../support/cast.js';
import { addServer, scene, type Scene } from '../support/scene.js';

interface List {
  items: Record<string, unknown>[];
}

let app: TestApp;
let here: Scene;

async function recorded(path: string, amount: number): Promise<List['items']> {
  return vi.waitFor(
    async () => {
      const { body } = await here.ada.get<List>(`/api/projects/demo/${path}`);
      expect(body.items).toHaveLength(amount);
      return body.items;
    },
    { timeout: 10_000 },
  );
}

beforeAll(async () => {
  app = await startApp();
  here = await scene(app);
  await addServer(here.ada, 'demo', { name: 'everything', transport: 'stdio', ...everythingCommand('stdio') });
});

afterAll(() => app.close());

describe('what a real client does', () => {
  it('stands in the log: each call with its client, key, session, outcome and payloads', async () => {
    const client = new Client({ name: 'cline', version: '9.9' });
    const url = new URL(`${app.url}/projects/demo/servers/everything/mcp`);
    const headers = { authorization: `Bearer ${here.key}`, 'user-agent': 'recorded-test' };
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
    await client.callTool({ name: 'echo', arguments: { message: 'hello', password: 'hunter2' } });
    await client.callTool({ name: 'no-such-tool', arguments: {} }).catch(() => undefined);
    const [wrong, echo] = await recorded('tool-call-logs', 2);
    expect(echo).toMatchObject({
      ...{
        status: 'success',
        tool: 'echo',
        method: 'tools/call',
        server: { name: 'everything' },
        endpoint: 'everything',
      },
      ...{
        client: { name: 'cline', version: '9.9' },
        apiKey: { name: 'tests' },
        userAgent: 'recorded-test',
        errorCode: null,
      },
      ...{ arguments: { message: 'hello', password: '[masked]' } },
    });
    expect(JSON.stringify(echo?.result)).toContain('Echo: hello');
    expect(wrong).toMatchObject({ status: 'error', tool: 'no-such-tool', errorCode: 'TOOL_ERROR' });
    const [session] = await recorded('sessions', 1);
    expect(session).toMatchObject({ id: (echo?.session as { id: string }).id, calls: 2, failures: 1, endedAt: null });
    await client.close();
  });

  it('and a run in the browser names the person', async () => {
    const run = await here.ada.post<{ callId: string }>('/api/projects/demo/servers/everything/tools/echo/execute', {
      arguments: { message: 'from the web' },
    });
    expect(run.status).toBe(200);
    const calls = await recorded('tool-call-logs?q=from+the+web', 1);
    expect(calls[0]).toMatchObject({ id: run.body.callId, user: { name: 'Ada Admin' }, session: null, apiKey: null });
    const tools = await here.ada.get<List>('/api/projects/demo/servers/everything/tools');
    expect(tools.body.items.find(({ name }) => name === 'echo')).toMatchObject({ calls24h: 2 });
  });

  it('the start of a server stands in its log', async () => {
    const { body } = await here.ada.get<List>('/api/projects/demo/servers/everything/logs');
    expect(body.items.length).toBeGreaterThan(0);
  });
});
