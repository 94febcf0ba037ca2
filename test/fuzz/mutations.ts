import type { Random } from './random.js';

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const text = (bytes: Buffer, change: (json: string) => string) => Buffer.from(change(bytes.toString()));
const at = (bytes: Buffer, place: number, inserted: Buffer) =>
  Buffer.concat([bytes.subarray(0, place), inserted, bytes.subarray(place)]);

/** Values where others are expected; JSON texts, some of which JSON.parse does not take. */
const ODD = [
  ...['null', 'true', '0', '-0', '-1', '1.5', '1e400', '9007199254740993', '18446744073709551616', '""', '[]', '{}'],
  ...['"\\ud800"', '"\\u0000"', '"__proto__"', '[[],{}]', '{"":{"":{}}}', '"ü🎉\\n"', '01', '.5', 'NaN', "'x'", '-'],
  ...[`"${'x'.repeat(20_000)}"`, '['.repeat(200) + ']'.repeat(200), '1'.repeat(400), '{"a":1,"a":2}', '"gw1"', '7'],
];
const KEYS = ['jsonrpc', 'id', 'method', 'params', 'result', 'error', '_meta', 'name', 'arguments', 'uri', 'cursor'];
const MORE_KEYS = [
  'progressToken',
  'requestState',
  'inputResponses',
  'capabilities',
  'clientInfo',
  'task',
  'level',
  'x',
];
const BREAKS = ['\r\n', '\n', '\r', ' ', '\t', '\ufeff', '\u2028', '\0'];

const mutations: readonly Mutation[] = [
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => at(bytes, random.below(bytes.length + 1), random.bytes(1 + random.below(4))),
  (bytes, random) => at(bytes, random.below(bytes.length + 1), Buffer.from(random.pick(BREAKS))),
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[random.below(copy.length)] = random.below(256);
    return copy;
  },
  // Half a character, and one that is too long.
  (bytes, random) =>
    at(bytes, random.below(bytes.length + 1), random.pick([Buffer.from([0xc3]), Buffer.from([0xc0, 0xaf])])),
  // A key more, known or not, at any depth: some are given twice then.
  (bytes, random) => {
    const places = [...bytes.toString('latin1').matchAll(/\{/g)].map(({ index }) => index + 1);
    const key = random.pick([...KEYS, ...MORE_KEYS]);
    return places.length > 0 ? at(bytes, random.pick(places), Buffer.from(`"${key}":${random.pick(ODD)},`)) : bytes;
  },
  // Another value.
  (bytes, random) =>
    text(bytes, (json) => {
      const values = [...json.matchAll(/:("[^"]*"|[0-9.]+|true|null|\{\}|\[\])/g)];
      if (values.length === 0) return json;
      const { index, 0: found } = random.pick(values);
      return `${json.slice(0, index)}:${random.pick(ODD)}${json.slice(index + found.length)}`;
    }),
  // Another key, maybe with an escape.
  (bytes, random) =>
    text(bytes, (json) => {
      const key = random.pick(KEYS);
      const other = random.pick([...KEYS, key.replace(/^./, (first) => `\\u00${first.charCodeAt(0).toString(16)}`)]);
      return json.replace(`"${key}"`, `"${other}"`);
    }),
  (bytes) => text(bytes, (json) => json.replaceAll(/([{},:])/g, '$1\r\n ')),
  (bytes, random) => text(bytes, (json) => `[${[json, json, json].slice(0, random.below(4)).join(',')}]`),
  (bytes, random) =>
    Buffer.concat([bytes, random.pick([bytes, Buffer.from('}'), Buffer.from('\n{}'), Buffer.alloc(3)])]),
  (bytes, random) =>
    at(bytes, random.below(bytes.length + 1), Buffer.alloc(random.below(70_000), random.pick(['a', '[', ' ', '\\']))),
];

/** The same message, spoilt in one to three ways. */
export function spoil(bytes: Buffer, random: Random): Buffer {
  let spoilt = bytes;
  for (let times = 1 + random.below(3); times > 0; times--) spoilt = random.pick(mutations)(spoilt, random);
  return spoilt;
}
