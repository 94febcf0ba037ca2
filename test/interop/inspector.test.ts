import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { everythingCommand } from '../support/cast.js';
import { addServer, scene } from '../support/scene.js';

const run = promisify(execFile);

/** The Inspector needs a newer Node than the product, which the npm registry provides as a package. */
const INSPECTOR = ['-y', '-p', 'node@24', '-p', '@modelcontextprotocol/inspector@2.12.0', 'mcp-inspector', '--cli'];

describe('the Inspector from the command line', () => {
  let app: TestApp;
  let key: string;

  beforeAll(async () => {
    app = await startApp();
    const { ada, key: made } = await scene(app);
    key = made;
    await addServer(ada, 'demo', { name: 'everything', transport: 'stdio', ...everythingCommand('stdio') });
    await inspector('servers/everything', 'http', ['tools/list']);
  }, 180_000);

  afterAll(() => app.close());

  async function inspector(endpoint: string, transport: 'http' | 'sse', method: string[]): Promise<string> {
    const url = `${app.url}/projects/demo/${endpoint}/${transport === 'sse' ? 'sse' : 'mcp'}`;
    const header = `Authorization: Bearer ${key}`;
    const args = [url, '--transport', transport, '--header', header, '--stored-auth-only', '--method', ...method];
    return (await run('npx', [...INSPECTOR, ...args], { timeout: 120_000 })).stdout;
  }

  for (const transport of ['http', 'sse'] as const) {
    it(`lists and calls a server's tools over ${transport}`, { timeout: 120_000 }, async () => {
      expect(await inspector('servers/everything', transport, ['tools/list'])).toContain('"echo"');
      const called = await inspector('servers/everything', transport, [
        'tools/call',
        '--tool-name',
        'echo',
        '--tool-arg',
        'message=hello',
      ]);
      expect(called).toContain('Echo: hello');
    });

    it(`lists and calls through the unified endpoint over ${transport}`, { timeout: 120_000 }, async () => {
      expect(await inspector('unified', transport, ['tools/list'])).toContain('"everything__echo"');
      const called = await inspector('unified', transport, [
        'tools/call',
        '--tool-name',
        'everything__echo',
        '--tool-arg',
        'message=hello',
      ]);
      expect(called).toContain('Echo: hello');
    });
  }
});
