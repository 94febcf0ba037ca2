import { afterEach, describe, expect, it } from 'vitest';
import { ByteParts } from '../../src/shared/byte-parts.js';
import { knownEnd, largeBytes } from '../../src/shared/large-bytes.js';
import { largeRoom, NoRoomError } from '../../src/shared/large-room.js';
import { release } from '../../src/shared/rope.js';
import { membersOf, readFrame, spliced, type Span } from '../../src/shared/jsonrpc/index.js';
import { partsOf } from '../../src/shared/rope.js';

const MIB = 2 ** 20;

/** As a stream would bring it. */
function arrived(whole: Buffer, size: number, expected?: number): Buffer {
  const parts = new ByteParts();
  for (let at = 0; at < whole.length; at += size) parts.add(whole.subarray(at, at + size), expected);
  return parts.take();
}

const messages: Record<string, string> = {
  'a long string': `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":${JSON.stringify('ü"\\😀\n'.repeat(150_000))}}],"isError":true}}`,
  'many rows': `{"result" : {"rows":[${'{"a":[1,"]}",{}]} ,\n'.repeat(80_000)}0], "_meta":{"x":"\\\\"}},"id":"x","jsonrpc":"2.0"}`,
  'long members everywhere': `{"id":7,"x":{"a":"${'\\\\'.repeat(300_000)}","b":["${'["'.replace('"', '\\"').repeat(200_000)}"]},"jsonrpc":"2.0","result":{}}`,
};

describe('a large message', () => {
  it.each(Object.entries(messages))('is read as if it had come at once: %s', (_, text) => {
    const whole = Buffer.from(text);
    const reference = readFrame(whole);
    for (const [size, expected] of [
      [1021, undefined],
      [65_536, whole.length],
      [7, 2 * MIB],
    ] as const) {
      const bytes = arrived(whole, size, expected);
      expect(bytes.equals(whole)).toBe(true);
      const frame = readFrame(bytes);
      expect([frame.id, frame.outcome]).toEqual([reference.id, reference.outcome]);
      const outcome = frame.outcome as Span;
      expect(membersOf(bytes, outcome)).toEqual(membersOf(whole, outcome));
    }
  });

  it('has the ends of its long values ready, also in a part of it', () => {
    const text = messages['a long string'] as string;
    const bytes = arrived(Buffer.from(text), 65_536);
    const start = text.indexOf('{"content"');
    expect(knownEnd(bytes, start)).toBe(bytes.length - 1);
    expect(knownEnd(bytes.subarray(start), 0)).toBe(bytes.length - 1 - start);
    expect(knownEnd(bytes.subarray(start, bytes.length - 2), 0)).toBeUndefined();
    expect(knownEnd(bytes, start + 1)).toBeUndefined();
  });

  it.each([
    ['a bracket too many', '}}'],
    ['a quote inside a number', ',"n":1"x,"result":{"hidden":"y"}}'],
    ['no end', ',"s":"'],
  ])('that is no JSON is refused all the same: %s', (_, end) => {
    const whole = Buffer.from(`{"jsonrpc":"2.0","id":1,"result":"${'x'.repeat(MIB)}"${end}`);
    const failureOf = (bytes: Buffer): unknown => {
      try {
        return readFrame(bytes);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(failureOf(arrived(whole, 1000))).toEqual(failureOf(whole));
    expect(failureOf(whole)).toBeTypeOf('string');
  });

  it('is known to be UTF-8 or not, wherever it was cut', () => {
    const good = Buffer.from('é😀日'.repeat(150_000));
    const bad = Buffer.concat([good, Buffer.from([0xf0, 0x9f, 0x98])]);
    for (const size of [4093, 65_536]) {
      expect(largeBytes(arrived(good, size))?.isUtf8).toBe(true);
      expect(largeBytes(arrived(bad, size))?.isUtf8).toBe(false);
    }
  });

  it('is changed without being copied', () => {
    const bytes = arrived(Buffer.from(messages['a long string'] as string), 65_536);
    const { idSpan } = readFrame(bytes);
    const changed = partsOf(spliced(bytes, [{ ...(idSpan as Span), text: '"mine"' }]));
    expect(changed.map(({ buffer }) => buffer === bytes.buffer)).toEqual([true, false, true]);
    expect(readFrame(Buffer.concat(changed)).id).toBe('mine');
  });
});

describe('the room for large messages', () => {
  const { limit } = largeRoom;
  afterEach(() => void (largeRoom.limit = limit));

  it('is taken as they arrive and given back once', () => {
    const before = largeRoom.used;
    const bytes = arrived(Buffer.alloc(3 * MIB), 65_536);
    expect(largeRoom.used - before).toBe(3 * MIB);
    release(bytes);
    release(bytes);
    expect(largeRoom.used).toBe(before);
  });

  it('is refused to the message that does not fit, which leaves nothing behind when it is thrown away', () => {
    const before = largeRoom.used;
    largeRoom.limit = before + 2 * MIB;
    const parts = new ByteParts();
    const add = () => {
      for (let count = 0; count < 4; count++) parts.add(Buffer.alloc(MIB));
    };
    expect(add).toThrow(NoRoomError);
    parts.discard();
    expect(largeRoom.used).toBe(before);
    expect(parts).toHaveLength(0);
  });
});
