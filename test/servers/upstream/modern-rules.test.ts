import { describe, expect, it } from 'vitest';
import { mirroredArguments } from '../../../src/servers/upstream/index.js';
import { envelopeEdits } from '../../../src/servers/upstream/modern/envelope.js';
import { headerValue } from '../../../src/servers/upstream/modern/header-value.js';
import { requestHeaders } from '../../../src/servers/upstream/modern/request-headers.js';
import { membersOf, readFrame, splice, type Frame } from '../../../src/shared/jsonrpc/index.js';

const frameOf = (text: string): Frame => readFrame(Buffer.from(text));

describe('a header that repeats a value', () => {
  it.each([
    ['us-west1', 'us-west1'],
    ['two words', 'two words'],
    ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
    ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
    ['', '=?base64??='],
  ])('says %j as %s', (text, value) => {
    expect(headerValue(text)).toBe(value);
  });
});

describe('the envelope', () => {
  const envelope = { clientCapabilities: { roots: {} }, clientInfo: { name: 'c', version: '1' }, logLevel: 'info' };
  const said = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { roots: {} },
    'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
    'io.modelcontextprotocol/logLevel': 'info',
  };
  const completed = (text: string) => {
    const frame = frameOf(text);
    return splice(frame.bytes, envelopeEdits(frame, envelope)).toString();
  };

  it.each([
    ['{"jsonrpc":"2.0","id":1,"method":"m"}', { _meta: said }],
    ['{"jsonrpc":"2.0","id":1,"method":"m" } ', { _meta: said }],
    ['{"jsonrpc":"2.0","id":1,"method":"m","params":{}}', { _meta: said }],
    ['{"jsonrpc":"2.0","id":1,"params":{ "a":[1] },"method":"m"}', { _meta: said, a: [1] }],
    ['{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{},"a":1}}', { _meta: said, a: 1 }],
    ['{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{"x":1}}}', { _meta: { ...said, x: 1 } }],
  ])('is added to %s', (text, params) => {
    expect(JSON.parse(completed(text))).toEqual({ jsonrpc: '2.0', id: 1, method: 'm', params });
  });

  it('stays as the caller said it', () => {
    const own = { ...said, 'io.modelcontextprotocol/clientCapabilities': { sampling: {} } };
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'm', params: { _meta: own } });
    expect(completed(text)).toBe(text);
  });
});

describe('the headers of a request', () => {
  const call = frameOf(
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a__b","arguments":{"r":"ü","n":42,"no":null,"big":12345678901234567890,"in":{"ok":false}}}}',
  );
  const mirrored = [
    { header: 'Region', path: ['r'] },
    { header: 'N', path: ['n'] },
    { header: 'No', path: ['no'] },
    { header: 'Big', path: ['big'] },
    { header: 'Ok', path: ['in', 'ok'] },
    { header: 'Absent', path: ['in', 'deeper', 'still'] },
    { header: 'Proto', path: ['constructor', 'name'] },
  ];

  it('repeat the method, the name that the upstream sees, and the arguments that are there', () => {
    const span = call.params && membersOf(call.bytes, call.params).get('name');
    const edits = [{ start: 0, end: 0, ...span, text: '"b"' }];
    const repeated = ['mcp-method', 'tools/call', 'mcp-name', 'b'];
    const values = ['mcp-param-Region', '=?base64?w7w=?=', 'mcp-param-N', '42', 'mcp-param-Ok', 'false'];
    expect(requestHeaders(call, { edits, mirrored })).toEqual([...repeated, ...values]);
  });

  it("pass on the caller's own parameters verbatim", () => {
    const paramHeaders = ['Mcp-Param-Whatever', 'x'];
    const repeated = ['mcp-method', 'tools/call', 'mcp-name', 'a__b'];
    expect(requestHeaders(call, { mirrored, paramHeaders })).toEqual([...repeated, ...paramHeaders]);
  });

  it.each([
    ['resources/read', { uri: 'file:///ü' }, '=?base64?ZmlsZTovLy/DvA==?='],
    ['prompts/get', { name: 'p' }, 'p'],
    ['tasks/get', { taskId: 't' }, 't'],
    ['tools/list', { name: 'p' }, undefined],
    ['tools/call', { name: 7 }, undefined],
  ])('of %s name what %j names', (method, params, name) => {
    const frame = frameOf(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    expect(requestHeaders(frame, {})).toEqual([
      'mcp-method',
      method,
      ...(name === undefined ? [] : ['mcp-name', name]),
    ]);
  });
});

describe('the arguments of a tool that headers repeat', () => {
  const tool = (properties: object, more: object = {}) =>
    mirroredArguments(JSON.stringify({ name: 't', inputSchema: { type: 'object', properties, ...more } }));
  const region = { type: 'string', 'x-mcp-header': 'Region' };

  it('are found at any depth of properties', () => {
    expect(tool({ a: { type: 'number' } })).toEqual([]);
    expect(
      tool({ r: region, o: { type: 'object', properties: { n: { type: 'integer', 'x-mcp-header': 'N' } } } }),
    ).toEqual([
      { header: 'Region', path: ['r'] },
      { header: 'N', path: ['o', 'n'] },
    ]);
  });

  it('may be called like the annotation, and texts may contain it', () => {
    expect(tool({ 'x-mcp-header': { type: 'string' } })).toEqual([]);
    expect(tool({ a: { type: 'string', default: { 'x-mcp-header': 'x-mcp-header' } } })).toEqual([]);
    expect(mirroredArguments('{"name":"x-mcp-header"}')).toEqual([]);
  });

  it.each([
    ['an empty name', { r: { type: 'string', 'x-mcp-header': '' } }],
    ['a name that is no token', { r: { type: 'string', 'x-mcp-header': 'a b' } }],
    ['a line break', { r: { type: 'string', 'x-mcp-header': 'a\r\nX-Evil: 1' } }],
    ['a name that is no text', { r: { type: 'string', 'x-mcp-header': 7 } }],
    ['one name for two', { r: region, s: { type: 'string', 'x-mcp-header': 'REGION' } }],
    ['the type number', { r: { type: 'number', 'x-mcp-header': 'R' } }],
    ['an object', { r: { type: 'object', 'x-mcp-header': 'R' } }],
    ['no type', { r: { 'x-mcp-header': 'R' } }],
    ['the items of a list', { l: { type: 'array', items: region } }],
    ['a property of items', { l: { type: 'array', items: { type: 'object', properties: { r: region } } } }],
    ['an alternative', { r: { anyOf: [{ type: 'null' }, region] } }],
  ])('break the rules with %s', (_what, properties) => {
    expect(tool(properties)).toBeUndefined();
  });

  it.each([{ $defs: { region } }, { if: { properties: { r: region } } }, { 'x-mcp-header': 'Root' }])(
    'break the rules outside the properties: %j',
    (more) => {
      expect(tool({}, more)).toBeUndefined();
    },
  );
});
