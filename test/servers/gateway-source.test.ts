import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServersGateway } from '../../src/servers/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { everythingCommand } from '../support/cast.js';
import type { As } from '../support/client.js';
import { addServer, scene } from '../support/scene.js';

let app: TestApp;
let ada: As;
let source: ServersGateway;
const servers = '/api/projects/demo/servers';
const everything = { transport: 'stdio', ...everythingCommand('stdio') };

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
  source = app.nest.get(ServersGateway);
});
afterAll(() => app.close());

const loaded = async (name: string) => {
  const server = (await source.load()).find((one) => one.name === name);
  if (!server) throw new Error(`${name} was not loaded`);
  return server;
};

describe('what the gateway compiles', () => {
  it('are the definitions as the server sent them, with its handshake and its secrets opened', async () => {
    const { id } = await addServer(ada, 'demo', { name: 'everything', ...everything, env: { TOKEN: 'in the clear' } });
    const server = await loaded('everything');
    expect(server).toMatchObject({ id, enabled: true, transport: 'stdio', pool: 'shared', revision: '1' });
    expect(server.handshake).toMatchObject({ protocolVersion: '2025-11-25', capabilities: { tools: {} } });
    expect(server.target()).toMatchObject({ serverId: id, env: { TOKEN: 'in the clear' }, ...everything });
    const echo = server.tools.find(({ name }) => name === 'echo');
    expect(JSON.parse(echo?.definition ?? '')).toMatchObject({ name: 'echo', inputSchema: { required: ['message'] } });
    expect(server.resources.length).toBeGreaterThan(0);
    expect(server.templates.every(({ uri }) => uri.includes('{'))).toBe(true);
    expect(server.prompts.length).toBeGreaterThan(0);
  });

  it('says which tools are off, and counts the changes of how a server is reached', async () => {
    await ada.patch(`${servers}/everything/tools/echo`, { enabled: false });
    await ada.patch(`${servers}/everything`, { description: 'Only a word' });
    let server = await loaded('everything');
    expect(server.tools.filter(({ enabled }) => !enabled).map(({ name }) => name)).toEqual(['echo']);
    expect(server.revision).toBe('1');
    await ada.patch(`${servers}/everything`, { env: { TOKEN: 'another' } });
    server = await loaded('everything');
    expect(server.revision).toBe('2');
    expect(server.target().env).toEqual({ TOKEN: 'another' });
  });

  it('keeps out a server that is off or lacks a secret', async () => {
    await ada.post(servers, { name: 'waiting', ...everything, env: { KEY: { set: false } } });
    await ada.post(servers, { name: 'resting', ...everything, enabled: false });
    expect((await loaded('waiting')).enabled).toBe(false);
    expect((await loaded('resting')).enabled).toBe(false);
  });

  it('has a whole handshake of a server that said as little as it could', async () => {
    const script = `
      const say = (id, result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
      process.stdin.on('data', (data) => { for (const line of String(data).split('\\n').filter(Boolean)) {
        const { id, method } = JSON.parse(line);
        if (method === 'initialize') say(id, { protocolVersion: '2025-06-18' });
      } });`;
    await addServer(ada, 'demo', {
      name: 'terse',
      transport: 'stdio',
      command: process.execPath,
      args: ['-e', script],
    });
    const { handshake } = await loaded('terse');
    expect(handshake).toMatchObject({ capabilities: {}, serverInfo: { name: '', version: '' } });
  });

  it('follows a server that announces another list of tools', async () => {
    const script = `
      let more = false;
      const say = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
      process.stdin.on('data', (data) => { for (const line of String(data).split('\\n').filter(Boolean)) {
        const { id, method } = JSON.parse(line);
        const capabilities = { tools: { listChanged: true } };
        if (method === 'initialize') say({ id, result: { protocolVersion: '2025-06-18', capabilities, serverInfo: { name: 'growing', version: '1' } } });
        if (method === 'tools/list') say({ id, result: { tools: ['grow', ...(more ? ['grown'] : [])].map((name) => ({ name, inputSchema: { type: 'object' } })) } });
        if (method === 'tools/call') { more = true; say({ id, result: { content: [] } }); say({ method: 'notifications/tools/list_changed' }); }
      } });`;
    await addServer(ada, 'demo', {
      name: 'growing',
      transport: 'stdio',
      command: process.execPath,
      args: ['-e', script],
    });
    await ada.post(`${servers}/growing/tools/grow/execute`, {});
    await expect
      .poll(async () => (await loaded('growing')).tools.map(({ name }) => name), { timeout: 5000 })
      .toEqual(['grow', 'grown']);
  });
});
