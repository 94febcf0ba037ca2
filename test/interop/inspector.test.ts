import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { everythingCommand } from '../support/cast.js';
import { addServer, scene } from '../support/scene.js';
import { startEverything, type RunningUpstream } from '../support/upstreams.js';

const run = promisify(execFile);

/** The Inspector needs a newer Node than the product, which the npm registry provides as a package. */
const INSPECTOR = ['-y', '-p', 'node@24', '-p', '@modelcontextprotocol/inspector@2.12.0'];

const UPSTREAMS = ['program', 'http', 'events'];
const ECHO = ['--tool-arg', 'message=hello'];

describe('the Inspector from the command line', () => {
  let app: TestApp;
  let key: string;
  /** On which npx found the Inspector and its Node: asked once, since npx takes longer than the Inspector. */
  let PATH: string;
  const running: RunningUpstream[] = [];

  beforeAll(async () => {
    const where = [...INSPECTOR, 'node', '-p', 'process.env.PATH'];
    const installed = await run('npx', where, { timeout: 150_000 }).catch((error: Error) => {
      const message = 'npm cannot install the Inspector, which these tests run: is its registry reachable?';
      throw new Error(message, { cause: error });
    });
    PATH = installed.stdout.trim();
    app = await startApp();
    const { ada, key: made } = await scene(app);
    key = made;
    running.push(await startEverything('streamableHttp'), await startEverything('sse'));
    await addServer(ada, 'demo', { name: 'program', transport: 'stdio', ...everythingCommand('stdio') });
    await addServer(ada, 'demo', { name: 'http', transport: 'streamable-http', url: running[0]?.url });
    await addServer(ada, 'demo', { name: 'events', transport: 'sse', url: running[1]?.url });
  }, 180_000);

  afterAll(async () => {
    await app.close();
    for (const upstream of running) await upstream.stop();
  });

  async function inspector(endpoint: string, transport: string, method: string[]): Promise<string> {
    const url = `${app.url}/projects/demo/${endpoint}/${transport === 'sse' ? 'sse' : 'mcp'}`;
    const header = `Authorization: Bearer ${key}`;
    const args = [url, '--transport', transport, '--header', header, '--stored-auth-only', '--method', ...method];
    return (await run('mcp-inspector', ['--cli', ...args], { timeout: 60_000, env: { ...process.env, PATH } })).stdout;
  }

  describe.each(['http', 'sse'])('over %s', (transport) => {
    it.each(UPSTREAMS)('lists and calls the tools of the server %s', { timeout: 120_000 }, async (server) => {
      const [listed, called] = await Promise.all([
        inspector(`servers/${server}`, transport, ['tools/list']),
        inspector(`servers/${server}`, transport, ['tools/call', '--tool-name', 'echo', ...ECHO]),
      ]);
      expect(listed).toContain('"echo"');
      expect(called).toContain('Echo: hello');
    });

    it('lists and calls the tools of all servers through the unified endpoint', { timeout: 120_000 }, async () => {
      const [listed, ...called] = await Promise.all([
        inspector('unified', transport, ['tools/list']),
        ...UPSTREAMS.map((server) =>
          inspector('unified', transport, ['tools/call', '--tool-name', `${server}__echo`, ...ECHO]),
        ),
      ]);
      for (const server of UPSTREAMS) expect(listed).toContain(`"${server}__echo"`);
      expect(called.filter((answer) => !answer.includes('Echo: hello'))).toEqual([]);
    });
  });
});
