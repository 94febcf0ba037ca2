import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../src/shared/errors/index.js';
import { fieldsOf, membersOf, readFrame, splice, textOf, valueOf, withId } from '../../../src/shared/jsonrpc/index.js';

const read = (text: string) => readFrame(Buffer.from(text));
const whole = (text: string) => valueOf(Buffer.from(text), { start: 0, end: Buffer.byteLength(text) });

describe('A message', () => {
  it.each(['id', 'method', 'params', 'jsonrpc', 'anything'])('that gives the key "%s" twice is refused', (key) => {
    const rest = '"jsonrpc":"2.0","id":1,"method":"ping","params":{},"anything":1';
    expect(() => read(`{${rest},"${key}":"other"}`)).toThrow(`The key "${key}" is given twice`);
  });

  it.each(['Method', 'PARAMS', 'paramſ', 'Id'])('that has the key "%s" is refused: some readers ignore case', (key) => {
    expect(() => read(`{"jsonrpc":"2.0","id":1,"method":"a","params":{},"${key}":"b"}`)).toThrow('only in case');
  });

  it.each(['Name', 'ARGUMENTS', 'Uri', 'TaskID'])('with the parameter "%s" is refused when it is read', (key) => {
    const frame = read(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","${key}":"b"}}`);
    expect(() => frame.members).toThrow('only in case');
  });

  it('that hides the second key behind an escape is refused as well', () => {
    expect(() => read(String.raw`{"jsonrpc":"2.0","id":1,"method":"a","m\u0065thod":"b"}`)).toThrow('"method"');
    expect(() => membersOf(Buffer.from(String.raw`{"name":"a","n\u0061me":"b"}`))).toThrow('"name"');
    expect(() => fieldsOf(Buffer.from(String.raw`{"ü":"a","\u00fc":"b"}`), ['name'])).toThrow('"ü"');
  });

  it.each([
    ['{"jsonrpc":"2.0","id":1,"method":"ping",}', 'a key was expected'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"', 'a comma or the end'],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}{}', 'something follows'],
    ['{"jsonrpc":"2.0","id":01,"method":"ping"}', 'not valid JSON'],
    ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', 'the id must be'],
    [`{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(200)}\\"}`, 'a string does not end'],
  ])('%s is refused', (text, reason) => {
    expect(() => read(text)).toThrow(reason);
  });

  it.each([
    ['1', 1],
    ['0', 0],
    ['-7', -7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['"1"', '1'],
    ['"ü"', 'ü'],
    [String.raw`"a\"\\b"`, 'a"\\b'],
    ['null', null],
  ])('may carry the value %s', (text, value) => {
    expect(whole(text)).toEqual(value);
  });

  it('is refused as a fault of its sender when a key has an escape that does not exist', () => {
    expect(() => membersOf(Buffer.from(String.raw`{"\q":1}`))).toThrow(ProtocolError);
  });

  it('is read to the end of its strings, however quotes and backslashes stand around the 64th byte', () => {
    for (let length = 55; length < 75; length++) {
      for (const tail of [String.raw`\"`, String.raw`\\`, String.raw`\\\"`, String.raw`\\\\`, String.raw`\"x\\`]) {
        const text = `"${'y'.repeat(length)}${tail}"`;
        const bytes = Buffer.from(`{"a":${text},"b":${text}}`);
        const members = membersOf(bytes);
        expect([...members.values()].map((span) => textOf(bytes, span))).toEqual([text, text]);
      }
    }
  });

  it('keeps everything but its id under another one', () => {
    const frame = read('{ "x" : 12345678901234567890, "id":"ä", "jsonrpc":"2.0" ,"result":{"ü":1}}');
    expect(withId(frame, 'ß"')).toEqual(
      Buffer.from('{ "x" : 12345678901234567890, "id":"ß\\"", "jsonrpc":"2.0" ,"result":{"ü":1}}'),
    );
  });
});

describe('Edits', () => {
  it('may come in any order and lengthen, shorten or empty what stands there', () => {
    const bytes = Buffer.from('one two three');
    const edits = [
      { start: 8, end: 13, text: 'drei ü' },
      { start: 0, end: 3, text: '' },
      { start: 4, end: 7, text: '2' },
    ];
    expect(splice(bytes, edits).toString()).toBe(' 2 drei ü');
    expect(bytes.toString()).toBe('one two three');
  });
});
