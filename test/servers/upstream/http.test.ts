import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { discover, type Link, type UpstreamPool } from '../../../src/servers/upstream/index.js';
import type { Frame } from '../../../src/shared/jsonrpc/index.js';
import { freePort, startEverything, targetOf, type RunningUpstream } from '../../support/upstreams.js';
import { FaultyHttp } from './fixtures/faulty-http.js';
import { callTool, newPool, outcomeOf, toolCall } from './harness.js';

let harness: Awaited<ReturnType<typeof newPool>>;
let pool: UpstreamPool;
beforeAll(async () => {
  harness = await newPool();
  pool = harness.pool;
});
afterAll(() => pool.closeAll());

const opener = {
  capabilities: { sampling: {}, elicitation: {}, roots: {} },
  clientInfo: { name: 'cline', version: '1' },
  protocolVersion: '2025-11-25',
};

async function eventually(isTrue: () => boolean, withinMs = 3000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`Not true within ${withinMs} ms`);
    await sleep(10);
  }
}

describe.each(['streamableHttp', 'sse'] as const)('server-everything over %s', (flavour) => {
  const transport = flavour === 'sse' ? 'sse' : 'streamable-http';
  let upstream: RunningUpstream;
  beforeAll(async () => {
    upstream = await startEverything(flavour);
  });
  afterAll(() => upstream.stop());

  it('answers calls, many at a time, and shows its catalogue', async () => {
    const link = await pool.shared(targetOf({ transport, url: upstream.url }));
    const said = await Promise.all(Array.from({ length: 50 }, (_, n) => callTool(link, 'echo', { message: `m${n}` })));
    expect(said).toEqual(Array.from({ length: 50 }, (_, n) => `Echo: m${n}`));
    const { tools, resources } = await discover(link);
    expect(tools.map(({ key }) => key)).toContain('get-sum');
    expect(resources.length).toBeGreaterThan(0);
  });

  it('reports progress to the call it belongs to', async () => {
    const link = await pool.shared(targetOf({ transport, url: upstream.url }));
    const heard: Frame[] = [];
    const options = { sink: { onMessage: (frame: Frame) => heard.push(frame) }, meta: { progressToken: 'mine' } };
    await callTool(link, 'trigger-long-running-operation', { duration: 0.4, steps: 4 }, options);
    expect(heard.length).toBeGreaterThanOrEqual(3);
    expect(heard.every(({ bytes }) => bytes.includes('"progressToken":"mine"'))).toBe(true);
  });

  it('asks the client of an exclusive link', async () => {
    const asked: string[] = [];
    const onMessage = (frame: Frame) => {
      asked.push(frame.method ?? '');
      const content = { role: 'assistant', model: 'm', content: { type: 'text', text: 'sampled!' } };
      const answer = { jsonrpc: '2.0', id: frame.id, result: frame.method === 'roots/list' ? { roots: [] } : content };
      link.send(Buffer.from(JSON.stringify(answer)));
    };
    const link: Link = await pool.exclusive(targetOf({ transport, url: upstream.url }), opener, {
      onRequest: onMessage,
    });
    const said = await callTool(link, 'trigger-sampling-request', { prompt: 'p' }, { sink: { onMessage } });
    expect(said).toContain('sampled!');
    expect(asked).toContain('sampling/createMessage');
  });

  it('is reached again after it was restarted', async () => {
    const target = targetOf({ transport, url: upstream.url });
    const link = await pool.shared(target);
    await callTool(link, 'echo', { message: 'before' });
    await upstream.stop();
    upstream = await startEverything(flavour, upstream.port);
    const again = async () => callTool(await pool.shared(target), 'echo', { message: 'after' });
    expect(await again()).toBe('Echo: after');
  });
});

describe('a streamable HTTP server', () => {
  let upstream: FaultyHttp;
  beforeEach(async () => {
    upstream = await FaultyHttp.start();
  });
  afterEach(() => upstream.stop());

  const target = (more: object = {}) => targetOf({ transport: 'streamable-http', url: upstream.url, ...more });
  const echo = async (link: Link, message: string) =>
    outcomeOf(await link.call(toolCall('echo', { message }), { timeoutMs: 5000 })).said;

  it('gets session, version and the registered headers, but none that would break the protocol', async () => {
    const headers = { 'X-Api-Key': 'k', Host: 'evil.test', 'Mcp-Session-Id': 'forged', 'Content-Length': '1' };
    const link = await pool.shared(target({ headers }));
    expect(await echo(link, 'hi')).toBe('hi');
    const last = upstream.requests.at(-1);
    expect(last?.headers).toMatchObject({
      'x-api-key': 'k',
      'mcp-session-id': 'session-1',
      'mcp-protocol-version': '2025-06-18',
      accept: 'application/json, text/event-stream',
      host: new URL(upstream.url).host,
    });
    await link.close('the test is over');
    expect(upstream.requests.at(-1)).toMatchObject({ method: 'DELETE', headers: { 'mcp-session-id': 'session-1' } });
  });

  it.each([
    { status: 404, body: '{"error":"Session not found"}' },
    {
      status: 400,
      body: '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: No valid session ID provided"}}',
    },
  ])('that has forgotten the session ($status) gets a new one and each call exactly once', async (unknownSession) => {
    upstream.unknownSession = unknownSession;
    const link = await pool.shared(target());
    upstream.forgetSession();
    let executed = 0;
    const { echo: tool } = upstream.tools;
    upstream.tools.echo = (...exchange) => void (executed++, tool?.(...exchange));
    const said = await Promise.all(['a', 'b', 'c'].map((message) => echo(link, message)));
    expect(said).toEqual(['a', 'b', 'c']);
    expect(executed).toBe(3);
    expect(upstream.messages('initialize')).toHaveLength(2);
    expect(link.closed).toBe(false);
  });

  it('that answers every session with 404 is refused after one renewal', async () => {
    const link = await pool.shared(target());
    upstream.tools.echo = (_message, response) => response.writeHead(404).end();
    await expect(echo(link, 'x')).rejects.toMatchObject({ code: 'UPSTREAM_REFUSED', details: { status: 404 } });
    expect(upstream.messages('initialize')).toHaveLength(2);
  });

  it('may stream its answer in events of any form', async () => {
    const link = await pool.shared(target());
    const logs: Frame[] = [];
    upstream.tools.stream = ({ id }, response) => {
      const log = '{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"ü"}}';
      const answer = `{"jsonrpc":"2.0",\r\ndata: "id":${id},\r\ndata:"result":{"said":"grüße 🎉"}}`;
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      const bytes = Buffer.from(`: ping\n\nevent: message\ndata: ${log}\n\nid: 1\r\ndata: ${answer}\r\n\r\n`);
      for (let at = 0; at < bytes.length; at += 3) response.write(bytes.subarray(at, at + 3));
      response.end();
    };
    const sink = { onMessage: (frame: Frame) => logs.push(frame) };
    const answer = await link.call(toolCall('stream'), { timeoutMs: 5000, sink });
    expect(outcomeOf(answer)).toEqual({ said: 'grüße 🎉' });
    expect(logs.map(({ method }) => method)).toEqual(['notifications/message']);
  });

  it('may use fields of one letter, or without a value, in its events', async () => {
    const link = await pool.shared(target());
    upstream.tools.terse = ({ id }, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`id:1\nx\ndata\ndata: {"jsonrpc":"2.0","id":${id},"result":{"said":"terse"}}\n\n`);
    };
    expect(outcomeOf(await link.call(toolCall('terse'), { timeoutMs: 5000 }))).toEqual({ said: 'terse' });
  });

  it('may end a stream that can be resumed, and answer on the next one', async () => {
    upstream.onGet = (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (request.headers['last-event-id'] !== 'e7') return;
      response.end(`data: {"jsonrpc":"2.0","id":${resumable},"result":{"said":"resumed"}}\n\n`);
    };
    let resumable = 0;
    const link = await pool.shared(target());
    upstream.tools.poll = ({ id = 0 }, response) => {
      resumable = id;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: e7\nretry: 20\ndata:\n\n');
    };
    const answer = await link.call(toolCall('poll'), { timeoutMs: 5000 });
    expect(outcomeOf(answer)).toEqual({ said: 'resumed' });
  });

  it('is listened to for its own messages, and again after the stream broke', async () => {
    const heard: string[] = [];
    let streams = 0;
    pool.onSharedNotification((link, frame) => heard.push(`${link.target.name}: ${frame.method}`));
    upstream.onGet = (request, response) => {
      streams++;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (streams === 1)
        response.end('retry: 10\nid: 1\ndata: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n');
      else
        response.write(
          `data: {"jsonrpc":"2.0","method":"notifications/after/${String(request.headers['last-event-id'])}"}\n\n`,
        );
    };
    const link = await pool.shared(target({ name: 'listened' }));
    await eventually(() => heard.includes('listened: notifications/after/1'));
    expect(heard).toContain('listened: notifications/tools/list_changed');
    expect(link.listChanges).toBe(1);
  });

  it('is never followed to where it redirects, and what it is told stays with it', async () => {
    const canary = await FaultyHttp.start();
    const link = await pool.shared(target({ headers: { 'x-api-key': 'secret' } }));
    for (const status of [301, 302, 303, 307, 308]) {
      upstream.tools.away = (_message, response) => response.writeHead(status, { location: canary.url }).end();
      await expect(link.call(toolCall('away'), { timeoutMs: 5000 })).rejects.toMatchObject({
        code: 'UPSTREAM_REDIRECTED',
        details: { address: canary.url },
      });
    }
    expect(canary.requests).toEqual([]);
    await canary.stop();
  });

  it.each([
    [401, 'UPSTREAM_UNAUTHORIZED', 'no'],
    [403, 'UPSTREAM_REFUSED', 'no'],
    [500, 'UPSTREAM_REFUSED', 'unknown'],
  ])('may answer HTTP %i', async (status, code, executed) => {
    const link = await pool.shared(target());
    upstream.tools.fail = (_message, response) => response.writeHead(status).end('{"error":"secret detail"}');
    const failure = link.call(toolCall('fail'), { timeoutMs: 5000 });
    await expect(failure).rejects.toMatchObject({ code, executed, details: { status } });
    await expect(failure).rejects.not.toThrow('secret detail');
  });

  it('may put a JSON-RPC error under an HTTP error, also without an id', async () => {
    const link = await pool.shared(target());
    upstream.tools.fail = (_message, response) => {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"no such method"}}');
    };
    const answer = await link.call(toolCall('fail'), { timeoutMs: 5000 });
    expect(outcomeOf(answer)).toEqual({ code: -32601, message: 'no such method' });
  });

  it('may break the connection or say nothing: one error each, and the next call works', async () => {
    const link = await pool.shared(target());
    upstream.tools.reset = (_message, _response, request) => request.socket.resetAndDestroy();
    upstream.tools.cut = (_message, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"jsonrpc":');
      setTimeout(() => response.destroy(), 20);
    };
    upstream.tools.nothing = (_message, response) => response.writeHead(202).end();
    const broken = { code: 'UPSTREAM_CLOSED', executed: 'unknown' };
    await expect(link.call(toolCall('reset'), { timeoutMs: 5000 })).rejects.toMatchObject(broken);
    await expect(link.call(toolCall('cut'), { timeoutMs: 5000 })).rejects.toMatchObject(broken);
    await expect(link.call(toolCall('nothing'), { timeoutMs: 5000 })).rejects.toMatchObject({ code: 'NO_RESPONSE' });
    expect(await echo(link, 'well')).toBe('well');
  });

  it('is told of a call that timed out', async () => {
    const link = await pool.shared(target());
    upstream.tools.hang = () => undefined;
    await expect(link.call(toolCall('hang'), { timeoutMs: 100 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    await eventually(() => upstream.messages('notifications/cancelled').length === 1);
    expect(upstream.messages('notifications/cancelled')[0]).toMatchObject({ params: { requestId: 2 } });
  });

  it('holds nobody up with calls that hang', async () => {
    const link = await pool.shared(target());
    upstream.tools.hang = () => undefined;
    const hung = Array.from({ length: 500 }, () => link.call(toolCall('hang'), { timeoutMs: 300 }));
    const settled = await Promise.allSettled(hung);
    expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
    const from = Date.now();
    expect(await Promise.all(Array.from({ length: 100 }, () => echo(link, 'x')))).toHaveLength(100);
    expect(Date.now() - from).toBeLessThan(2000);
  });

  it('may answer with 20 MiB, but not with more than MAX_MESSAGE_BYTES', async () => {
    const big = 'é'.repeat(10 * 2 ** 20);
    upstream.tools.big = ({ id }, response) => upstream.json(response, { id, result: { big } });
    const link = await pool.shared(target());
    expect(outcomeOf(await link.call(toolCall('big'), { timeoutMs: 10_000 })).big).toBe(big);
    const strict = await newPool({ MAX_MESSAGE_BYTES: '100000' });
    const small = await strict.pool.shared(target());
    await expect(small.call(toolCall('big'), { timeoutMs: 5000 })).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    expect(await echo(small, 'well')).toBe('well');
    await strict.pool.closeAll();
  });

  it.each([
    ['application/json', '', ''],
    ['text/event-stream', 'data: ', '\n\n'],
  ])('may not fill the memory of all with many long answers at once (%s)', async (type, before, after) => {
    const text = 'x'.repeat(900_000);
    const unfinished: (() => void)[] = [];
    upstream.tools.long = ({ id }, response) => {
      response.setHeader('content-type', type).write(`${before}{"jsonrpc":"2.0","id":${id},"result":{"text":"${text}"`);
      unfinished.push(() => response.end(`}}${after}`));
    };
    const strict = await newPool({ MAX_MESSAGE_BYTES: '1000000' });
    const link = await strict.pool.shared(target());
    const call = () => link.call(toolCall('long'), { timeoutMs: 10_000 });
    for (let times = 0; times < 2; times++) {
      const calls = Array.from({ length: 5 }, call);
      await expect(Promise.race(calls)).rejects.toMatchObject({ code: 'UPSTREAM_BUSY' });
      for (const finish of unfinished.splice(0)) finish();
      const settled = await Promise.allSettled(calls);
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    }
    await strict.pool.closeAll();
  });

  it('keeps numbers, unknown keys and their order as they are, both ways', async () => {
    const odd = '{"z":1,"big":12345678901234567890,"a":1.0,"text":"\\u00fc","widget":{"type":"odd"}}';
    upstream.tools.odd = ({ id }, response) => {
      response.setHeader('content-type', 'application/json').end(`{"result":${odd},"id":${id},"jsonrpc":"2.0"}`);
    };
    const link = await pool.shared(target());
    const answer = await link.call(toolCall('odd'), { timeoutMs: 5000 });
    expect(answer.bytes.toString('utf8', answer.outcome?.start, answer.outcome?.end)).toBe(odd);
  });

  it('that is not there is an error at once, and then for a while without trying', async () => {
    const gone = target({ url: `http://127.0.0.1:${await freePort()}/mcp` });
    const failure = { code: 'UPSTREAM_UNAVAILABLE', message: 'The server could not be reached (ECONNREFUSED).' };
    await expect(pool.shared(gone)).rejects.toMatchObject(failure);
    await expect(pool.shared(gone)).rejects.toMatchObject(failure);
    expect((await pool.probe(gone)).steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['resolve', true],
      ['connect', false],
    ]);
  });
});
