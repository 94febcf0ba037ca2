import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { everythingCommand } from '../support/cast.js';
import type { As } from '../support/client.js';
import { addServer, scene } from '../support/scene.js';
import { bearer, eventually, initialize, raw, RawSession } from './harness.js';

describe('the gateway in the product', () => {
  let app: TestApp;
  let ada: As;
  let key: string;
  let serverId: string;

  beforeAll(async () => {
    app = await startApp();
    ({ ada, key } = await scene(app));
    ({ id: serverId } = await addServer(ada, 'demo', {
      name: 'everything',
      transport: 'stdio',
      ...everythingCommand('stdio'),
    }));
  });

  afterAll(() => app.close());

  const at = (endpoint: string) => `${app.url}/projects/demo/${endpoint}/mcp`;
  const post = (path: string, body: unknown = {}) => ada.post(`/api/projects/demo/${path}`, body);

  it('answers calls of a server that was added a moment ago', async () => {
    const added = await post('servers', { name: 'fresh', transport: 'stdio', ...everythingCommand('stdio') });
    expect(added.status).toBe(201);
    const session = await RawSession.open(at('unified'), key);
    const { json } = await session.call('fresh__echo', { message: 'at once' });
    expect(json.result?.content).toEqual([{ type: 'text', text: 'Echo: at once' }]);
  });

  it('knows a key, a tool and a server as they are the moment the change was answered', async () => {
    const { body } = await post('api-keys', { name: 'short-lived' });
    const { key: made, apiKey } = body as { key: string; apiKey: { id: string } };
    const session = await RawSession.open(at('servers/everything'), made);
    await ada.patch(`/api/projects/demo/servers/${serverId}/tools/get-sum`, { enabled: false });
    expect((await session.call('get-sum', { a: 1, b: 2 })).json.error?.message).toBe('Unknown tool: get-sum');
    const listed = (await session.request('tools/list')).json.result?.tools as { name: string }[];
    expect(listed.map(({ name }) => name)).not.toContain('get-sum');
    await ada.patch(`/api/projects/demo/servers/${serverId}/tools/get-sum`, { enabled: true });
    expect((await session.call('get-sum', { a: 1, b: 2 })).json.result).toBeDefined();
    await post(`servers/${serverId}/toggle`);
    expect((await session.call('echo', { message: 'x' })).status).toBe(404);
    await post(`servers/${serverId}/toggle`);
    expect((await raw(at('servers/everything'), { headers: bearer(made), body: initialize() })).status).toBe(200);
    await ada.delete(`/api/projects/demo/api-keys/${apiKey.id}`);
    expect((await raw(at('unified'), { headers: bearer(made), body: initialize() })).status).toBe(401);
  });

  it('leaves a row for every call, with its session and its client', async () => {
    const client = new Client({ name: 'logged', version: '9' });
    const requestInit = { headers: bearer(key) };
    await client.connect(new StreamableHTTPClientTransport(new URL(at('unified')), { requestInit }));
    await client.callTool({ name: 'everything__echo', arguments: { message: 'for the log' } });
    await client.close();
    await eventually(async () => {
      const { body } = await ada.get<{ items: object[] }>('/api/projects/demo/tool-call-logs?client=logged');
      expect(body.items[0]).toMatchObject({
        tool: 'echo',
        status: 'success',
        client: { name: 'logged', version: '9' },
      });
    });
    const { body } = await ada.get<{ items: { client: { name: string } }[] }>('/api/projects/demo/sessions');
    expect(body.items.map((session) => session.client.name)).toContain('logged');
  });
});
