import { describe, expect, it } from 'vitest';
import { readEntry } from '../../../src/servers/import/config-entry.js';
import { readShape } from '../../../src/servers/import/config-shapes.js';
import { parseConfig } from '../../../src/servers/import/config-text.js';

const read = (text: string, given: Record<string, string> = {}) =>
  readShape(parseConfig(text)).entries.map((entry) => readEntry(entry, given, 60_000));
const one = (text: string, given: Record<string, string> = {}) => {
  const [entry] = read(text, given);
  if (!entry) throw new Error('nothing was read');
  return entry;
};
const faultOf = (text: string): string => {
  try {
    readShape(parseConfig(text));
  } catch (error) {
    return (error as { fields: { text: string } }).fields.text;
  }
  throw new Error('nothing is wrong with it');
};

describe('the shapes that clients write', () => {
  it.each([
    ['Claude, Cursor', '{"mcpServers":{"time":{"command":"uvx","args":["mcp-server-time"]}}}'],
    ['VS Code', '{"servers":{"time":{"type":"stdio","command":"uvx","args":["mcp-server-time"]}},"inputs":[]}'],
    ['old VS Code settings', '{"mcp":{"servers":{"time":{"command":"uvx","args":["mcp-server-time"]}}}}'],
    ['Zed', '{"context_servers":{"time":{"command":{"path":"uvx","args":["mcp-server-time"]}}}}'],
    ['opencode', '{"mcp":{"time":{"type":"local","command":["uvx","mcp-server-time"]}}}'],
    ['Goose', '{"extensions":{"time":{"cmd":"uvx","args":["mcp-server-time"]}}}'],
    ['a map', '{"time":{"command":"uvx","args":["mcp-server-time"]}}'],
    ['a list', '[{"name":"time","command":"uvx","args":["mcp-server-time"]}]'],
    ['one entry', '{"name":"time","command":"uvx","args":["mcp-server-time"]}'],
    ['a fragment', '"time": {"command":"uvx","args":["mcp-server-time"]}'],
    ['a fragment with a comma', '\n  "time": {"command":"uvx","args":["mcp-server-time"]},\n'],
    [
      'comments and trailing commas',
      '\uFEFF{ // mine\n "mcpServers": {"time":{"command":"uvx","args":["mcp-server-time",],},}, }',
    ],
    ['Windows', '{"mcpServers":{"time":{"command":"cmd","args":["/c","uvx","mcp-server-time"]}}}'],
  ])('%s', (_client, text) => {
    expect(one(text).registration).toMatchObject({
      name: 'time',
      transport: 'stdio',
      command: 'uvx',
      args: ['mcp-server-time'],
      enabled: true,
    });
  });

  it.each([
    ['Cline', '{"mcpServers":{"x":{"type":"streamableHttp","url":"https://a.example/mcp"}}}', 'streamable-http'],
    [
      'Cline’s command line',
      '{"mcpServers":{"x":{"transport":{"type":"streamableHttp","url":"https://a.example/mcp"}}}}',
      'streamable-http',
    ],
    ['Windsurf', '{"mcpServers":{"x":{"serverUrl":"https://a.example/mcp"}}}', 'streamable-http'],
    ['Gemini', '{"mcpServers":{"x":{"httpUrl":"https://a.example/mcp"}}}', 'streamable-http'],
    ['Claude Code', '{"mcpServers":{"x":{"type":"http","url":"https://a.example/mcp"}}}', 'streamable-http'],
    ['opencode', '{"mcp":{"x":{"type":"remote","url":"https://a.example/mcp"}}}', 'streamable-http'],
    ['a legacy server', '{"mcpServers":{"x":{"type":"sse","url":"https://a.example/mcp"}}}', 'sse'],
    ['an address that says so', '{"mcpServers":{"x":{"url":"https://a.example/sse"}}}', 'sse'],
  ])('%s, remote', (_client, text, transport) => {
    expect(one(text).registration).toMatchObject({
      transport,
      url: expect.stringMatching(/^https:\/\/a\.example\//) as string,
    });
  });

  it('says that the transport was assumed', () => {
    expect(one('{"x":{"url":"https://a.example/mcp"}}').warnings.join()).toContain('assumed');
    expect(one('{"x":{"type":"http","url":"https://a.example/mcp"}}').warnings).toEqual([]);
  });
});

it('a block copied out of a Markdown page is read without its fence', () => {
  expect(read('```json\n{"mcpServers": {"a": {"command": "x"}}}\n```\n').map((entry) => entry.originalName)).toEqual([
    'a',
  ]);
  expect(faultOf('```json\n{"mcpServers": \n```')).toContain('line 2');
});

describe('variables', () => {
  it.each([
    '${input:key}',
    '${env:key}',
    '{env:key}',
    '${key}',
    '$key',
    '%key%',
    '${{ secrets.key }}',
    'Bearer ${key}',
  ])('%s becomes a secret that must be given', (value) => {
    const text = JSON.stringify({ x: { type: 'http', url: 'https://a.example', headers: { Authorization: value } } });
    expect(one(text)).toMatchObject({
      registration: { headers: { Authorization: { set: false } } },
      secrets: [{ in: 'headers', name: 'Authorization', variables: ['key'] }],
    });
    const filled = one(text, { key: 'abc' }).registration.headers.Authorization;
    expect(filled).toBe(value.startsWith('Bearer') ? 'Bearer abc' : 'abc');
  });

  it('with a default take it', () => {
    expect(one('{"x":{"command":"a","env":{"REGION":"${REGION:-eu}"}}}').registration.env).toEqual({ REGION: 'eu' });
  });

  it('of somebody’s own computer are pointed out', () => {
    expect(one('{"x":{"command":"a","args":["${workspaceFolder}/data"]}}').warnings.join()).toContain(
      'another computer',
    );
  });

  it('in a URL are refused, because an address is no secret', () => {
    expect(one('{"x":{"url":"https://${HOST}/mcp"}}').errors).toHaveProperty('url');
  });
});

describe('secrets in arguments', () => {
  it.each([
    [['--token', 'abc'], 1],
    [['--api-key=abc'], 0],
    [['-e', 'GITHUB_TOKEN=abc'], 1],
    [['--header', 'Authorization: Bearer abc'], 1],
  ])('%j are marked', (args, at) => {
    expect(one(JSON.stringify({ x: { command: 'a', args } })).registration.args[at]).toEqual({
      secret: true,
      value: args[at],
    });
  });

  it('are not seen where there are none', () => {
    const args = ['-y', 'server-filesystem@1.2.3', '--no-auth', '/srv/data', '--header', 'X-Region: eu'];
    expect(one(JSON.stringify({ x: { command: 'a', args } })).registration.args).toEqual(args);
  });
});

describe('what clients add', () => {
  it.each([
    [{ timeout: 60 }, 60_000],
    [{ timeout: 600_000 }, 600_000],
    [{ tool_timeout_sec: 30 }, 30_000],
    [{}, 60_000],
  ])('the time limit %j is %i ms', (more, timeoutMs) => {
    expect(one(JSON.stringify({ x: { command: 'a', ...more } })).registration.timeoutMs).toBe(timeoutMs);
  });

  it('a server that is off stays off', () => {
    expect(one('{"x":{"command":"a","disabled":true}}').registration.enabled).toBe(false);
  });

  it('names become names that every client takes', () => {
    const entry = one('{"My Server (beta)":{"command":"a"}}');
    expect(entry.registration.name).toBe('My-Server-beta');
    expect(entry.warnings.join()).toContain('My-Server-beta');
  });

  it('what is not understood is said', () => {
    const { warnings } = one('{"x":{"command":"a","alwaysAllow":["t"],"envFile":".env","sandbox":true}}');
    expect(warnings).toHaveLength(3);
    expect(warnings.join()).toContain('sandbox');
  });
});

describe('what cannot be read', () => {
  it('names line and column', () => {
    expect(faultOf('{\n  "mcpServers": {\n    "x": {"command" "a"}\n  }\n}')).toMatch(
      /colon is missing at line 3, column 21/,
    );
  });

  it.each(['', '  ', '42', '[]', '{}', '{"mcpServers":{}}', '{"mcpServers":{"x":"uvx"}}'])('%j is refused', (text) => {
    expect(faultOf(text)).not.toBe('');
  });

  it('an unknown transport is a fault of its entry', () => {
    expect(one('{"x":{"type":"carrier-pigeon","url":"https://a.example"}}').errors.transport).toContain(
      'carrier-pigeon',
    );
  });

  it('a key that means something to JavaScript is only a name', () => {
    const entry = one('{"mcpServers":{"__proto__":{"command":"a","env":{"__proto__":"x"}}}}');
    expect(entry.registration.name).toBe('proto');
    expect(Object.keys(entry.registration.env)).toEqual(['__proto__']);
  });
});
