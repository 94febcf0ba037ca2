import { fileURLToPath } from 'node:url';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyStdio } from '../servers/upstream/harness.js';
import { everythingStdio, nodeProgram } from '../support/upstreams.js';
import { bearer, eventually, startGateway, type Raw, type TestGateway } from './harness.js';
import { MODERN, StatelessClient, type StatelessOptions } from './stateless.js';

const FIXTURE = fileURLToPath(new URL('../conformance/fixture.mjs', import.meta.url));
const URL_FIRST = fileURLToPath(new URL('fixtures/url-first.mjs', import.meta.url));
const ALL = { sampling: {}, elicitation: {}, roots: {} };

const ANSWERS: Record<string, object> = {
  'elicitation/create': { action: 'accept', content: { name: 'Ada', ok: true, color: 'blue' } },
  'sampling/createMessage': { role: 'assistant', model: 'm', content: { type: 'text', text: 'Paris' } },
  'roots/list': { roots: [{ uri: 'file:///here', name: 'here' }] },
};

interface InputRequired {
  readonly resultType: string;
  readonly inputRequests: Record<string, { method: string; params?: object }>;
  readonly requestState: string;
}

const asked = ({ json }: Raw) => json.result as unknown as InputRequired;
const textOf = ({ json }: Raw) => (json.result?.content as { text: string }[] | undefined)?.[0]?.text;

function answersTo({ inputRequests }: InputRequired): Record<string, object | undefined> {
  return Object.fromEntries(Object.entries(inputRequests).map(([key, { method }]) => [key, ANSWERS[method]]));
}

describe('stateless clients at servers that know sessions only', () => {
  let gateway: TestGateway;
  let key: string;
  let client: StatelessClient;
  let faulty: StatelessClient;
  let unified: StatelessClient;

  beforeAll(async () => {
    gateway = await startGateway();
    const project = gateway.sources.project('demo');
    key = gateway.sources.key(project);
    gateway.sources.server(project, 'old', nodeProgram(FIXTURE, 'stdio', '--era', 'legacy'));
    gateway.sources.server(project, 'faulty', { ...faultyStdio(), timeoutMs: 1000 });
    gateway.sources.server(project, 'everything', everythingStdio());
    gateway.sources.server(project, 'url-first', nodeProgram(URL_FIRST));
    await gateway.changed('projects');
    for (const { id } of gateway.sources.servers) await gateway.sources.rediscover(id);
    const at = (endpoint: string) => new StatelessClient(`${gateway.url}/projects/demo/${endpoint}/mcp`, key, ALL);
    [client, faulty, unified] = [at('servers/old'), at('servers/faulty'), at('unified')];
  });

  afterAll(() => gateway.close());

  const retry = (
    one: StatelessClient,
    name: string,
    more: { inputResponses?: object; requestState?: unknown },
    options: StatelessOptions = {},
  ) => one.call(name, {}, { ...options, more });

  it.each([
    ['elicitation', 'elicitation/create', 'Hello, Ada!'],
    ['sampling', 'sampling/createMessage', 'Paris'],
    ['list_roots', 'roots/list', 'file:///here'],
  ])(
    'turns what a server asks by %s into input_required, and the retry into its answer',
    async (kind, method, text) => {
      for (const [one, prefix] of [
        [client, ''],
        [unified, 'old__'],
      ] as const) {
        const name = `${prefix}test_input_required_result_${kind}`;
        const first = asked(await one.call(name));
        expect(first.resultType).toBe('input_required');
        expect(Object.values(first.inputRequests).map((request) => request.method)).toEqual([method]);
        const more = { inputResponses: answersTo(first), requestState: first.requestState };
        const last = await retry(one, name, more);
        expect(last.json.result?.resultType).toBe('complete');
        expect(textOf(last)).toBe(text);
      }
    },
  );

  it('goes on over several rounds', async () => {
    const name = 'test_input_required_result_multi_round';
    const first = asked(await client.call(name));
    const second = asked(
      await retry(client, name, { inputResponses: answersTo(first), requestState: first.requestState }),
    );
    expect(second.resultType).toBe('input_required');
    expect(Object.keys(second.inputRequests)).not.toEqual(Object.keys(first.inputRequests));
    const last = await retry(client, name, { inputResponses: answersTo(second), requestState: second.requestState });
    expect(textOf(last)).toBe('Ada likes blue');
  });

  it('asks several things at once, and again for what was not answered', async () => {
    const name = 'test_input_required_result_multiple_inputs';
    const first = asked(await client.call(name));
    const answers = Object.entries(answersTo(first));
    expect(answers.length).toBe(3);
    const some = { inputResponses: Object.fromEntries(answers.slice(0, 1)), requestState: first.requestState };
    const second = asked(await retry(client, name, some));
    expect(Object.keys(second.inputRequests)).toEqual(answers.slice(1).map(([id]) => id));
    const rest = { inputResponses: { ...answersTo(second), other: {} }, requestState: second.requestState };
    expect(textOf(await retry(client, name, rest))).toBe('Paris Ada (1 roots)');
  });

  it('refuses a state that was used, changed, or belongs to another call, endpoint or key', async () => {
    const name = 'test_input_required_result_elicitation';
    const first = asked(await client.call(name));
    const more = { inputResponses: answersTo(first), requestState: first.requestState };
    const code = async (one: StatelessClient, called: string, state: unknown, args = {}) =>
      (await one.call(called, args, { more: { ...more, requestState: state } })).json.error?.code;
    const other = new StatelessClient(client.url, gateway.sources.key(gateway.sources.projects[0] ?? fail()), ALL);
    await gateway.changed('api_keys');
    expect(await code(client, 'test_input_required_result_sampling', first.requestState)).toBe(-32602);
    expect(await code(client, name, first.requestState, { x: 1 })).toBe(-32602);
    expect(await code(client, name, `${first.requestState.slice(0, -2)}AA`)).toBe(-32602);
    expect(await code(client, name, 7)).toBe(-32602);
    expect(await code(unified, `old__${name}`, first.requestState)).toBe(-32602);
    expect(await code(other, name, first.requestState)).toBe(-32602);
    expect(textOf(await retry(client, name, more))).toBe('Hello, Ada!');
    expect((await retry(client, name, more)).json.error?.code).toBe(-32602);
  });

  it('asks only what the client declares', async () => {
    const options = { capabilities: { roots: {} } };
    const call = (method: string) => faulty.call('ask', { method }, options);
    expect(asked(await call('roots/list')).resultType).toBe('input_required');
    const { status, json } = await call('sampling/createMessage');
    expect([status, json.error?.code]).toEqual([400, -32021]);
    expect(json.error?.data).toEqual({ requiredCapabilities: { sampling: {} } });
    const url = await faulty.call(
      'ask',
      { method: 'elicitation/create' },
      { capabilities: { elicitation: { url: {} } } },
    );
    expect(url.json.error?.data).toEqual({ requiredCapabilities: { elicitation: { form: {} } } });
  });

  it('does not let the call time out while the client thinks, but does before and after', async () => {
    const args = { method: 'roots/list' };
    const first = asked(await faulty.call('ask', args));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const more = { inputResponses: answersTo(first), requestState: first.requestState };
    expect(textOf(await faulty.call('ask', args, { more }))).toContain('file:///here');
    expect((await faulty.call('hang')).json.error?.code).toBe(-31003);
  });

  it('uses the link of one call again for the next one of the same client, and closes it after a broken one', async () => {
    const name = 'test_input_required_result_elicitation';
    const server = gateway.sources.servers[0]?.id;
    const leased = () => gateway.pool.links(server).filter((link) => link.exclusive).length;
    const before = leased();
    const first = asked(await client.call(name));
    await retry(client, name, { inputResponses: answersTo(first), requestState: first.requestState });
    expect(leased()).toBe(before);
    const broken = gateway.pool.links(gateway.sources.servers[1]?.id).filter((link) => link.exclusive).length;
    await faulty.call('hang');
    await eventually(() =>
      expect(gateway.pool.links(gateway.sources.servers[1]?.id).filter((link) => link.exclusive).length).toBeLessThan(
        broken + 1,
      ),
    );
  });

  it('ends the calls that wait with their key', async () => {
    const project = gateway.sources.projects[0] ?? fail();
    const other = gateway.sources.key(project);
    await gateway.changed('api_keys');
    const one = new StatelessClient(faulty.url, other, { roots: {} });
    const [first] = await Promise.all(Array.from({ length: 4 }, () => one.call('ask', { method: 'roots/list' })));
    const leased = () => gateway.pool.links(gateway.sources.servers[1]?.id).filter((link) => link.exclusive).length;
    const before = leased();
    expect(first && asked(first).resultType).toBe('input_required');
    gateway.sources.keys.pop();
    await gateway.changed('api_keys');
    await eventually(() => expect(leased()).toBeLessThanOrEqual(before - 4));
  });

  it('sends log messages with the request that asks for them, and with no other', async () => {
    const meta = { 'io.modelcontextprotocol/logLevel': 'debug' };
    const quiet = new StatelessClient(client.url, key);
    const loud = await quiet.call('test_tool_with_logging', {}, { meta });
    expect(loud.events.filter(({ method }) => method === 'notifications/message').length).toBeGreaterThan(0);
    const silent = await quiet.call('test_tool_with_logging');
    expect(silent.headers['content-type']).toBe('application/json');
  });

  it('lists the tools that a server offers only to clients like this one', async () => {
    const names = async (one: StatelessClient) =>
      ((await one.request('tools/list')).json.result?.tools as { name: string }[]).map(({ name }) => name);
    const url = `${gateway.url}/projects/demo/servers/everything/mcp`;
    expect(await names(new StatelessClient(url, key, ALL))).toContain('trigger-sampling-request');
    expect(await names(new StatelessClient(url, key))).not.toContain('trigger-sampling-request');
  });

  it('sends the client to a URL that a server wants visited, and calls anew when it comes back', async () => {
    const url = `${gateway.url}/projects/demo/servers/url-first/mcp`;
    const one = new StatelessClient(url, key, { elicitation: { url: {} } });
    const first = asked(await one.call('open'));
    const params = { mode: 'url', url: 'https://sign-in.test/', message: 'Sign in' };
    expect(first.inputRequests).toEqual({ in1: { method: 'elicitation/create', params } });
    const more = { inputResponses: { in1: { action: 'accept' } }, requestState: first.requestState };
    expect(textOf(await retry(one, 'open', more))).toBe('opened, state undefined');
    const { status, json } = await new StatelessClient(url, key, { roots: {} }).call('open');
    expect([status, json.error?.code]).toEqual([400, -32021]);
    expect(json.error?.data).toEqual({ requiredCapabilities: { elicitation: { url: {} } } });
  });

  it.each(['pin', 'auto'])('serves the second SDK, which answers what is asked: %s', async (mode) => {
    const versionNegotiation = mode === 'pin' ? { mode: { pin: MODERN } } : { mode: 'auto' as const };
    const sdk = new ModernClient({ name: 'sdk', version: '2' }, { capabilities: ALL, versionNegotiation });
    sdk.setRequestHandler('sampling/createMessage', () => ({
      model: 'test',
      role: 'assistant' as const,
      content: { type: 'text' as const, text: 'sampled by the SDK' },
    }));
    sdk.setRequestHandler('elicitation/create', () => ({ action: 'decline' as const }));
    sdk.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///sdk' }] }));
    const requestInit = { headers: bearer(key) };
    await sdk.connect(
      new ModernTransport(new URL(`${gateway.url}/projects/demo/servers/everything/mcp`), { requestInit }),
    );
    expect(sdk.getProtocolEra()).toBe('modern');
    const sampled = await sdk.callTool({ name: 'trigger-sampling-request', arguments: { prompt: 'x', maxTokens: 5 } });
    expect(JSON.stringify(sampled.content)).toContain('sampled by the SDK');
    const elicited = await sdk.callTool({ name: 'trigger-elicitation-request', arguments: {} });
    expect(JSON.stringify(elicited.content)).toContain('declin');
    await sdk.close();
  });
});

function fail(): never {
  throw new Error('the test is not set up');
}
