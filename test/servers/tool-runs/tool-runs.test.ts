import { Events } from '../../../src/shared/events/index.js';
import type { CallFinished } from '../../../src/shared/events/index.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.js';
import { everythingCommand, signUp } from '../../support/cast.js';
import type { As } from '../../support/client.js';
import { addServer, scene } from '../../support/scene.js';

interface Run {
  readonly isError: boolean;
  readonly content: { type: string; text: string }[];
  readonly structuredContent: unknown;
  readonly durationMs: number;
  readonly callId: string;
}
interface Refusal {
  readonly error: { code: string; message: string; fields: Record<string, string> };
}

let app: TestApp;
let ada: As;
let tools: string;
const calls: CallFinished[] = [];

beforeAll(async () => {
  app = await startApp();
  ({ ada } = await scene(app));
  const { id } = await addServer(ada, 'demo', {
    name: 'everything',
    transport: 'stdio',
    ...everythingCommand('stdio'),
  });
  tools = `/projects/demo/servers/${id}/tools`;
  app.nest.get(Events).on('call.finished', (call) => calls.push(call));
});
afterAll(() => app.close());

describe('running a tool', () => {
  it('answers its result, and the call is recorded with who made it', async () => {
    const { status, body } = await ada.post<Run>(`/api${tools}/get-sum/execute`, { arguments: { a: 2, b: 40 } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ isError: false, content: [{ type: 'text', text: 'The sum of 2 and 40 is 42.' }] });
    const { body: me } = await ada.get<{ id: string }>('/api/auth/me');
    expect(calls.find(({ id }) => id === body.callId)).toMatchObject({
      transport: 'web',
      method: 'tools/call',
      tool: 'get-sum',
      endpoint: 'everything',
      status: 'success',
      errorCode: null,
      userId: me.id,
      ip: '127.0.0.1',
      arguments: '{"a":2,"b":40}',
    });
  });

  it('answers structured content', async () => {
    const { body } = await ada.post<Run>(`/api${tools}/get-structured-content/execute`, {
      arguments: { location: 'Chicago' },
    });
    expect(body.structuredContent).toMatchObject({ conditions: expect.any(String) as string });
  });

  it('takes the fields of a form, which are texts, as the schema has them', async () => {
    const page = await ada.submit(`${tools}/get-sum/execute`, { 'arguments[a]': '2.5', 'arguments[b]': '40' });
    expect(page.status).toBe(200);
    expect(page.text).toContain('The sum of 2.5 and 40 is 42.5.');
    expect(page.text).toContain('value="2.5"');
  });

  it('takes JSON text from the page, and shows the form again when it is none', async () => {
    const page = await ada.submit(`${tools}/echo/execute`, {
      as: 'json',
      argumentsJson: '{"message": "<img onerror=alert(1)>"}',
    });
    expect(page.text).toContain('Echo: &lt;img onerror');
    expect(page.text).not.toContain('<img onerror');
    const refused = await ada.submit(`${tools}/echo/execute`, { as: 'json', argumentsJson: '{"message": ' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Give a JSON object');
  });

  it('answers an htmx request with form and result only', async () => {
    const { text } = await ada.post(`${tools}/get-sum/execute`, { arguments: { a: 1, b: 2 } }, { fragment: true });
    expect(text.trim()).toMatch(/^<div id="tool_run"/);
    expect(text).toContain('The sum of 1 and 2 is 3.');
  });

  it('switches between form and JSON without losing what was typed', async () => {
    const json = await ada.submit(`${tools}/get-sum/form`, { as: 'form', 'arguments[a]': '7' });
    expect(json.text).toContain('&quot;a&quot;: 7');
    const form = await ada.submit(`${tools}/get-sum/form`, { as: 'json', argumentsJson: '{"a": 7}' });
    expect(form.text).toContain('value="7"');
  });
});

describe('a run that cannot be', () => {
  it('names each argument that does not fit, and asks nobody', async () => {
    const before = calls.length;
    const { status, body } = await ada.post<Refusal>(`/api${tools}/get-sum/execute`, { arguments: { a: 'two' } });
    expect(status).toBe(422);
    expect(body.error.fields).toEqual({ 'arguments.a': 'a must be number.', 'arguments.b': 'Give “b” a value.' });
    const page = await ada.submit(`${tools}/get-sum/execute`, { 'arguments[a]': 'two', 'arguments[b]': '1' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('value="two"');
    expect(calls).toHaveLength(before);
  });

  it('is 404 for a tool that is not there', async () => {
    expect((await ada.post(`/api${tools}/no-such-tool/execute`, {})).status).toBe(404);
  });

  it('is 502 when the server cannot be reached, and is recorded', async () => {
    const script = `
      process.stdin.on('data', (data) => { for (const line of String(data).split('\\n').filter(Boolean)) {
        const { id, method } = JSON.parse(line);
        const answer = (result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
        if (method === 'initialize') answer({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'dying', version: '1' } });
        if (method === 'tools/list') answer({ tools: [{ name: 'die', inputSchema: { type: 'object' } }, { name: 'hang', inputSchema: { type: 'object' } }] });
        if (method === 'tools/call' && JSON.parse(line).params.name === 'die') process.exit(7);
      } });`;
    const { id } = await addServer(ada, 'demo', {
      name: 'dying',
      transport: 'stdio',
      command: process.execPath,
      args: ['-e', script],
      timeoutMs: 500,
    });
    const died = await ada.post<Refusal>(`/api/projects/demo/servers/${id}/tools/die/execute`, {});
    expect(died.status).toBe(502);
    expect(died.body.error.code).toBe('upstream_closed');
    expect(calls.at(-1)).toMatchObject({ tool: 'die', status: 'error', errorCode: 'UPSTREAM_CLOSED' });
    const hung = await ada.post<Refusal>(`/api/projects/demo/servers/${id}/tools/hang/execute`, {});
    expect(hung.status).toBe(504);
    expect(calls.at(-1)).toMatchObject({ tool: 'hang', status: 'timeout', errorCode: 'TIMEOUT' });
  });

  it('is 404 for a stranger', async () => {
    const nora = await signUp(app, 'nora');
    expect((await nora.post(`/api${tools}/echo/execute`, { arguments: { message: 'x' } })).status).toBe(404);
  });
});
