import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { discover, UpstreamError } from '../../../src/servers/upstream/index.js';
import { targetOf } from '../../support/upstreams.js';
import { answer, ScriptedHttp } from './fixtures/scripted-http.js';
import { newPool } from './harness.js';

let harness: Awaited<ReturnType<typeof newPool>>;
let upstream: ScriptedHttp;
beforeAll(async () => {
  harness = await newPool();
  upstream = await ScriptedHttp.start();
  upstream.speakLegacy();
});
afterEach(() => harness.pool.closeIdle(-1));
afterAll(async () => {
  await harness.pool.closeAll();
  await upstream.stop();
});

const tools = (count: number, description = '') =>
  Array.from({ length: count }, (_, n) => ({ name: `tool ${n}`, description, inputSchema: { type: 'object' } }));

async function discovered(...pages: object[][]) {
  upstream.scripts['tools/list'] = ({ id, params }, response) => {
    const page = Number(params?.cursor ?? 0);
    const more = page + 1 < pages.length && { nextCursor: String(page + 1) };
    answer(response, { id, result: { tools: pages[page], ...more } });
  };
  const target = targetOf({ transport: 'streamable-http', url: upstream.url });
  return discover(await harness.pool.shared(target)).catch((error: unknown) => error as UpstreamError);
}

const TOO_MANY = {
  code: 'UPSTREAM_PROTOCOL',
  message: 'The server lists more than 5000 tools, prompts and resources. Let it offer less, or split it.',
};
const TOO_BIG = {
  code: 'UPSTREAM_PROTOCOL',
  message: 'The server lists more than 16 MB of tools, prompts and resources. Let it offer less, or split it.',
};

describe('what a server lists', () => {
  it('may be 5000 tools on any number of pages', async () => {
    expect(await discovered(tools(2500), tools(2500))).toMatchObject({ tools: { length: 5000 } });
  });

  it('is an error when it is more, on one page or on several', async () => {
    expect(await discovered(tools(5001))).toMatchObject(TOO_MANY);
    expect(await discovered(tools(2500), tools(2501))).toMatchObject(TOO_MANY);
  });

  it('is an error when it is larger than 16 MB, on one page or on several', async () => {
    const megabyte = 'x'.repeat(2 ** 20);
    expect(await discovered(tools(15, megabyte))).toMatchObject({ tools: { length: 15 } });
    expect(await discovered(tools(16, megabyte))).toMatchObject(TOO_BIG);
    expect(await discovered(tools(8, megabyte), tools(8, megabyte))).toMatchObject(TOO_BIG);
  });
});
