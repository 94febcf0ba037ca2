import { describe, expect, it } from 'vitest';
import { argumentRows, valueRows } from '../../src/servers/form-rows.js';
import { asArguments, asValues, isGivenArguments, isNamedValues } from '../../src/servers/form-values.js';
import { asServerName, freeName, nameFault } from '../../src/servers/server-name.js';

describe('what a form sends', () => {
  it('are rows: empty ones count for nothing, stored values stay, ticked ones go', () => {
    const rows = [
      { name: 'NEW', value: 'x' },
      { name: 'EMPTY', value: '' },
      { name: 'STAYS', value: '', set: 'true' },
      { name: 'CHANGES', value: 'y', set: 'true' },
      { name: 'GOES', value: '', set: 'true', remove: 'true' },
      { name: 'WAITS', value: '', set: 'false' },
      { name: 'AGAIN', value: '', set: 'true', again: 'true' },
      { name: '', value: '' },
    ];
    const values = asValues(rows);
    expect(values).toEqual({
      NEW: 'x',
      EMPTY: '',
      STAYS: { set: true },
      CHANGES: 'y',
      GOES: null,
      WAITS: { set: false },
      AGAIN: '',
    });
    expect(isNamedValues(values)).toBe(true);
    const args = asArguments([
      { value: 'a' },
      { value: '' },
      { value: 's', secret: 'true' },
      { value: '', secret: 'true', set: 'true' },
      { value: '', set: 'true' },
      { value: '', secret: 'true', set: 'true', again: 'true' },
      { value: '', secret: 'true' },
    ]);
    const kept = { secret: true, value: { set: true } };
    const empty = { secret: true, value: '' };
    expect(args).toEqual(['a', { secret: true, value: 's' }, kept, kept, empty, empty]);
    expect(isGivenArguments(args)).toBe(true);
  });

  it('is refused where it is something else', () => {
    for (const given of ['A=x', 7, null, [], ['A=x'], [{ value: 'x' }]])
      expect(isNamedValues(asValues(given))).toBe(false);
    expect(isGivenArguments(asArguments([['x']]))).toBe(false);
    expect(isGivenArguments(asArguments('x'))).toBe(false);
  });
});

describe('the rows of a form', () => {
  it('never hold a secret, and leave room for more', () => {
    const rows = [
      ...valueRows({ A: { set: true } }),
      ...argumentRows(['x', { secret: true, set: true, value: 'canary' }]),
    ];
    expect(JSON.stringify(rows)).not.toContain('canary');
    expect(valueRows([{ name: 'A', value: 'canary' }])[0]).toMatchObject({ name: 'A', value: '', again: true });
    expect(argumentRows([{ value: 'canary', secret: 'true' }])[0]).toMatchObject({ value: '', again: true });
    expect(valueRows(undefined)).toHaveLength(3);
    expect(valueRows({ A: { set: true }, B: { set: true }, C: { set: true } })).toHaveLength(4);
  });
});

describe('the name of a server', () => {
  it.each(['a', 'A-1', 'my_server', 'x'.repeat(48)])('%s is one', (name) => expect(nameFault(name)).toBeUndefined());

  it.each(['', '-a', 'a-', 'a__b', 'a b', 'ü', 'x'.repeat(49), 'a/b'])('%j is none', (name) => {
    expect(nameFault(name)).toContain('letters, digits');
  });

  it('is not shaped like an id, which could be that of another server', () => {
    const id = '0199d7a6-2c1e-4b53-9f0a-5d2f6c1e7b42';
    expect(nameFault(id)).toContain('looks like the id');
    expect(nameFault(id.toUpperCase())).toContain('looks like the id');
    expect(asServerName(id)).toBe(`server-${id}`);
  });

  it.each([
    ['My Server (beta)', 'My-Server-beta'],
    ['@scope/server.name', 'scope-server-name'],
    ['Größe', 'Gro-e'],
    ['a__b', 'a_b'],
    ['日本', 'server'],
    [`${'x'.repeat(47)} y`, 'x'.repeat(47)],
  ])('is made of %j', (text, name) => {
    expect(asServerName(text)).toBe(name);
    expect(nameFault(name)).toBeUndefined();
  });

  it('gets a number when it is taken, and stays short enough', () => {
    const long = 'x'.repeat(48);
    expect(freeName('a', new Set(['a', 'a-2']))).toBe('a-3');
    expect(freeName(long, new Set([long]))).toBe(`${'x'.repeat(46)}-2`);
  });
});
