import { describe, expect, it } from 'vitest';
import { dropMembers } from '../../src/mcp-gateway/relay/drop-members.js';
import { splice } from '../../src/shared/jsonrpc/index.js';

function without(text: string, ...keys: string[]): string {
  const bytes = Buffer.from(text);
  return splice(
    bytes,
    dropMembers(bytes, { start: 0, end: bytes.length }, (key) => keys.includes(key)),
  ).toString();
}

describe('taking members out of a JSON object', () => {
  it('leaves every other byte where it is', () => {
    const text = '{ "a" : 1 ,\n "b":[1,{"x":2}], "c" : "}" , "d":12345678901234567890 }';
    expect(without(text, 'a')).toBe('{ "b":[1,{"x":2}], "c" : "}" , "d":12345678901234567890 }');
    expect(without(text, 'b')).toBe('{ "a" : 1 ,\n "c" : "}" , "d":12345678901234567890 }');
    expect(without(text, 'd')).toBe('{ "a" : 1 ,\n "b":[1,{"x":2}], "c" : "}" }');
    expect(without(text, 'z')).toBe(text);
  });

  it.each(['a', 'b', 'c', 'ab', 'bc', 'ac', 'abc'])('takes out %s and leaves a valid object', (keys) => {
    const rest = Object.entries({ a: 1, b: 'x', c: null }).filter(([key]) => !keys.includes(key));
    expect(JSON.parse(without('{"a":1,"b":"x","c":null}', ...keys))).toEqual(Object.fromEntries(rest));
  });

  it('knows keys however they are written', () => {
    expect(without('{"\\u0061":1,"b\\"":2,"c\\\\":3}', 'a')).toBe('{"b\\"":2,"c\\\\":3}');
    expect(without('{"\\u0061":1,"b\\"":2,"c\\\\":3}', 'b"')).toBe('{"\\u0061":1,"c\\\\":3}');
    expect(without('{"\\u0061":1,"b\\"":2,"c\\\\":3}', 'c\\')).toBe('{"\\u0061":1,"b\\"":2}');
  });
});
