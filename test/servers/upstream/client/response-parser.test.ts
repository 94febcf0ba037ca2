import { expect, test } from 'vitest';
import { ResponseParser } from '../../../../src/servers/upstream/http/client/response-parser.js';

interface Heard {
  status: number;
  headers: Record<string, string | undefined>;
  body: string;
  /** Undefined while the response goes on. */
  surplus?: boolean;
}

/** All responses in the pieces, and whether the connection's end ended the last one. */
function read(pieces: readonly Buffer[]): { responses: Heard[]; endedByClose: boolean } {
  const responses: Heard[] = [];
  const last = () => responses.at(-1) as Heard;
  const parser = new ResponseParser({
    onHead: ({ status, headers }) => responses.push({ status, headers: { ...headers }, body: '' }),
    onData: (data) => void (last().body += data.toString('latin1')),
    onEnd: (surplus) => void (last().surplus = surplus),
  });
  for (const piece of pieces) parser.feed(piece);
  return { responses, endedByClose: parser.close() };
}

const wire = (...lines: string[]) => Buffer.from(lines.join('\r\n'));

test.each([
  [
    'of a told length',
    wire('HTTP/1.1 200 OK', 'Content-Length: 7', '', 'ä-body'),
    { status: 200, body: Buffer.from('ä-body').toString('latin1') },
  ],
  ['of no length', wire('HTTP/1.1 200 OK', 'content-length:0', '', ''), { status: 200, body: '' }],
  ['without a body', wire('HTTP/1.1 204 No Content', 'x: y', '', ''), { status: 204, body: '' }],
  [
    'in chunks',
    wire(
      'HTTP/1.1 200',
      'transfer-encoding: Chunked',
      '',
      '3;name=value',
      'abc',
      '00A',
      '0123456789',
      '0',
      'x: y',
      '',
      '',
    ),
    { status: 200, body: 'abc0123456789' },
  ],
  ['in no chunk', wire('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '0', '', ''), { status: 200, body: '' }],
  [
    'after an interim one',
    wire('HTTP/1.1 103 Early Hints', 'link: x', '', 'HTTP/1.1 404 Not Found', 'content-length: 1', '', '.'),
    { status: 404, body: '.' },
  ],
])('A response %s is read whatever pieces it arrives in', (_, bytes, expected) => {
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { responses, endedByClose } = read([bytes.subarray(0, cut), bytes.subarray(cut)]);
    expect(responses).toMatchObject([{ ...expected, surplus: false }]);
    expect(endedByClose).toBe(false);
  }
  expect(read([...bytes].map((byte) => Buffer.of(byte))).responses).toMatchObject([expected]);
});

test('A response of no told length ends with its connection', () => {
  const { responses, endedByClose } = read([wire('HTTP/1.1 200 OK', '', 'first'), Buffer.from(' second')]);
  expect(responses).toMatchObject([{ body: 'first second', surplus: true }]);
  expect(endedByClose).toBe(true);
});

test('A response that is cut off does not end', () => {
  const { responses, endedByClose } = read([wire('HTTP/1.1 200 OK', 'content-length: 9', '', 'short')]);
  expect(responses[0]?.surplus).toBeUndefined();
  expect(endedByClose).toBe(false);
});

test('What follows a response unasked is told of', () => {
  const { responses } = read([wire('HTTP/1.1 200 OK', 'content-length: 2', '', 'okHTTP/1.1 200 OK')]);
  expect(responses).toMatchObject([{ body: 'ok', surplus: true }]);
});

test('Header fields are read by lower-case name, repeated ones joined', () => {
  const head = wire('HTTP/1.1 200 OK', 'Set-Thing:  a ', 'SET-THING: b', '__proto__: c', 'content-length: 0', '', '');
  expect(Object.entries(read([head]).responses[0]?.headers ?? {})).toEqual([
    ['set-thing', 'a, b'],
    ['__proto__', 'c'],
    ['content-length', '0'],
  ]);
});

test.each([
  ['two lengths', wire('HTTP/1.1 200 OK', 'content-length: 5', 'content-length: 6', '', '')],
  ['a length and chunks', wire('HTTP/1.1 200 OK', 'content-length: 5', 'transfer-encoding: chunked', '', '')],
  ['a coding that we did not ask for', wire('HTTP/1.1 200 OK', 'transfer-encoding: gzip, chunked', '', '')],
  ['a length that is no number', wire('HTTP/1.1 200 OK', 'content-length: +5', '', '')],
  ['a folded field', wire('HTTP/1.1 200 OK', 'a: b', ' c', '', '')],
  ['a space before the colon', wire('HTTP/1.1 200 OK', 'content-length : 5', '', '')],
  ['a field without a colon', wire('HTTP/1.1 200 OK', 'content-length', '', '')],
  ['a control character in a field', wire('HTTP/1.1 200 OK', 'a: b\nc: d', '', '')],
  ['another protocol', wire('HTTP/2 200', '', '')],
  ['a switch of protocols', wire('HTTP/1.1 101 Switching', '', '')],
  ['a header without end', Buffer.alloc(70_000, 'a')],
  ['a size of a chunk that is no number', wire('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '-1', '')],
  ['a chunk that is longer than it says', wire('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '1', 'ab', '')],
  ['lines without CR', Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\na\n0\n\n')],
  ['a line of chunks without end', wire('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '1;'.padEnd(9000, 'x'))],
])('A response with %s is refused', (_, bytes) => {
  expect(() => read([bytes])).toThrow(/not valid HTTP/);
});
