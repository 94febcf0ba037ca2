import { afterAll, describe, expect, it } from 'vitest';
import { ArgumentCheck } from '../../../src/servers/tool-runs/argument-check.js';
import { contentView } from '../../../src/servers/tool-runs/content.view.js';
import { fromFields } from '../../../src/servers/tool-runs/form-arguments.js';
import { fieldsOf } from '../../../src/servers/tool-runs/form-fields.js';
import { isEmptyObject } from '../../../src/servers/tool-runs/json-schema.js';

const schema = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    size: { type: 'integer', default: 10 },
    exact: { type: 'boolean' },
    level: { enum: ['low', 'high'] },
    tags: { type: 'array', items: { type: 'string' } },
    ids: { type: 'array', items: { type: 'integer' } },
    filter: { type: 'object', properties: { from: { type: 'number' } }, required: ['from'] },
    anything: {},
  },
  required: ['text'],
};

describe('fields drawn from a schema', () => {
  it('are one of each kind, with defaults and marks for what is required', () => {
    const fields = fieldsOf(schema, { text: 'hello' });
    expect(fields.map(({ name, kind, type, required }) => [name, kind, type, required])).toEqual([
      ['arguments[text]', 'text', 'textarea', true],
      ['arguments[size]', 'number', 'number', false],
      ['arguments[exact]', 'boolean', 'select', false],
      ['arguments[level]', 'enum', 'select', false],
      ['arguments[tags]', 'list', 'textarea', false],
      ['arguments[ids]', 'list', 'textarea', false],
      ['arguments[filter]', 'object', 'text', false],
      ['arguments[anything]', 'json', 'textarea', false],
    ]);
    expect(fields[0]?.value).toBe('hello');
    expect(fields[1]?.value).toBe(10);
    expect(fields[6]?.fields.map(({ name }) => name)).toEqual(['arguments[filter][from]']);
  });

  it.each([
    [{ type: 'number' }, undefined, 'any'],
    [{ type: 'integer' }, undefined, 1],
    [{ type: 'integer', minimum: 0.5 }, undefined, 'any'],
    [{ type: 'integer' }, '2.5', 'any'],
    [{ type: 'number', multipleOf: 0.5 }, '', 0.5],
    [{ type: 'integer', multipleOf: 5, minimum: 1 }, undefined, 'any'],
    [{ type: 'string' }, undefined, undefined],
  ])('let the browser count as %j does, with %j in it: %j', (property, value, step) => {
    expect(fieldsOf({ properties: { n: property } }, { n: value })[0]?.step).toBe(step);
  });

  it('are none for a tool without arguments, unless its schema says more', () => {
    expect(isEmptyObject({ type: 'object', properties: {}, additionalProperties: false })).toBe(true);
    expect(isEmptyObject({ type: 'object', additionalProperties: { type: 'string' } })).toBe(false);
    expect(isEmptyObject({ type: 'object', oneOf: [] })).toBe(false);
  });

  it('are read back as the values that the schema asks for', () => {
    const fields = {
      text: '',
      size: '3',
      exact: 'false',
      level: 'high',
      tags: 'a\r\nb\n',
      ids: '1\n2',
      filter: { from: '1.5' },
      anything: '{"x": [1]}',
    };
    expect(fromFields(schema, fields)).toEqual({
      text: '',
      size: 3,
      exact: false,
      level: 'high',
      tags: ['a', 'b'],
      ids: [1, 2],
      filter: { from: 1.5 },
      anything: { x: [1] },
    });
  });

  it('that were left empty are left out, unless they are required', () => {
    const fields = { text: '', size: '', exact: '', level: '', tags: '', filter: { from: '' }, anything: '' };
    expect(fromFields(schema, fields)).toEqual({ text: '' });
  });

  it('keep what does not fit, so that its fault can be named', () => {
    expect(fromFields(schema, { text: 'x', size: 'many' })).toEqual({ text: 'x', size: 'many' });
  });

  it('survive a schema that is nonsense', () => {
    expect(
      fieldsOf({ properties: { a: null, b: { type: ['string', 'null'] }, c: { type: 7 } } } as never, {}),
    ).toHaveLength(3);
  });
});

describe('checking arguments', () => {
  const check = new ArgumentCheck();
  afterAll(() => check.onModuleDestroy());

  it('names the path of what is wrong', async () => {
    expect(await check.faults('1', schema, { text: 1, filter: {} })).toEqual({
      'arguments.text': 'text must be string.',
      'arguments.filter.from': 'Give “filter.from” a value.',
    });
  });

  it.each([
    ['2020-12', { $schema: 'https://json-schema.org/draft/2020-12/schema', $defs: {} }],
    ['2019-09', { $schema: 'https://json-schema.org/draft/2019-09/schema', $defs: {} }],
    ['draft-07', { $schema: 'http://json-schema.org/draft-07/schema#', definitions: {} }],
  ])('understands %s', async (hash, more) => {
    expect(await check.faults(hash, { ...schema, ...more }, { text: 1 })).toHaveProperty(['arguments.text']);
  });

  it('does not run a pattern that never ends', async () => {
    const evil = { properties: { text: { type: 'string', pattern: '^(a+)+$' }, size: { type: 'integer' } } };
    const faults = await check.faults('evil', evil, { text: `${'a'.repeat(40)}!`, size: 'x' });
    expect(Object.keys(faults)).toEqual(['arguments.size']);
  });

  const long = Array.from({ length: 60_000 }, (_, at) => ({ at }));
  const levels = Array.from({ length: 31 }, (_, at) => {
    const next = { $ref: `#/$defs/level${at + 1}` };
    return [`level${at}`, { allOf: [next, next] }] as const;
  });
  const doubling = { $ref: '#/$defs/level0', $defs: { ...Object.fromEntries(levels), level31: { minProperties: 0 } } };

  it.each([
    ['compares everything with everything', { properties: { long: { uniqueItems: true } } }],
    ['doubles what it asks at each of 31 levels', doubling],
  ])('gives up on a schema that %s, and keeps nobody waiting meanwhile', async (hash, slow) => {
    let [ticks, lastTick, longestPause] = [0, performance.now(), 0];
    const ticking = setInterval(() => {
      longestPause = Math.max(longestPause, performance.now() - lastTick);
      [ticks, lastTick] = [ticks + 1, performance.now()];
    }, 20);
    const from = performance.now();
    expect(await check.faults(hash, slow, { long })).toEqual({});
    clearInterval(ticking);
    expect(performance.now() - from).toBeGreaterThan(900);
    expect(performance.now() - from).toBeLessThan(8000);
    expect(ticks).toBeGreaterThan(10);
    expect(longestPause).toBeLessThan(800);
    expect(await check.faults('1', schema, { text: 1 })).toHaveProperty(['arguments.text']);
  });

  it.each([
    ['cannot be compiled', { $ref: 'https://example.com/schema.json' }],
    ['promises to answer later', { $async: true, required: ['text'] }],
    ['is larger than any that people write', { ...schema, description: 'x'.repeat(262_144) }],
  ])('lets the server decide when the schema %s', async (hash, odd) => {
    expect(await check.faults(hash, odd, { size: 1 })).toEqual({});
  });
});

describe('what a result shows', () => {
  it('are pictures of known kinds and of a reasonable size', () => {
    expect(contentView({ type: 'image', mimeType: 'image/png', data: 'aGk=' })).toMatchObject({
      kind: 'image',
      source: 'data:image/png;base64,aGk=',
    });
    expect(contentView({ type: 'image', mimeType: 'image/svg+xml', data: 'aGk=' }).kind).toBe('other');
    expect(contentView({ type: 'image', mimeType: 'image/png', data: 'a'.repeat(2_000_001) }).kind).toBe('other');
  });

  it('survives anything', () => {
    for (const item of [null, 7, 'x', [], {}, { type: 'text' }, { type: 'resource', resource: null }]) {
      expect(contentView(item).kind).toBe('other');
    }
  });
});
