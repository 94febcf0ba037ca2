import type { GivenArgument, GivenValues } from './registration.js';

/** How env and headers come: `{NAME: value}` in JSON, rows `[{name, value, set, remove}]` from a form. */
export function asValues(given: unknown): unknown {
  if (Array.isArray(given)) return Object.fromEntries(given.filter(isObject).flatMap(rowAsEntry));
  if (!isObject(given)) return given;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, asValue(value)]));
}

export function isGivenValues(value: unknown): value is GivenValues {
  return isObject(value) && Object.values(value).every((one) => one === null || typeof one === 'string' || isKept(one));
}

/** How args come: texts and `{value, secret}` in JSON, rows of the latter from a form. */
export function asArguments(given: unknown): unknown {
  return Array.isArray(given) ? given.flatMap(asArgument) : given;
}

export function isGivenArguments(value: unknown): value is GivenArgument[] {
  return (
    Array.isArray(value) &&
    value.every(
      (arg) => typeof arg === 'string' || (isObject(arg) && (typeof arg.value === 'string' || isKept(arg.value))),
    )
  );
}

export function isYes(given: unknown): boolean {
  return given === true || given === 'true' || given === 'on' || given === '1';
}

function rowAsEntry(row: Row): [string, unknown][] {
  const name = typeof row.name === 'string' ? row.name.trim() : '';
  if (name === '') return [];
  if (isYes(row.remove)) return [[name, null]];
  if (isYes(row.set) && (row.value === '' || row.value === undefined)) return [[name, { set: true }]];
  return [[name, asValue(row.value ?? '')]];
}

function asValue(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isObject(value) ? { set: isYes(value.set) } : value;
}

function asArgument(given: unknown): unknown {
  if (!isObject(given)) return [asValue(given)];
  if (isYes(given.remove)) return [];
  const isBlank = given.value === '' || given.value === undefined;
  if (!isYes(given.secret)) return isBlank ? [] : [asValue(given.value)];
  if (!isBlank) return [{ secret: true, value: asValue(given.value) }];
  return given.set === undefined ? [] : [{ secret: true, value: { set: isYes(given.set) } }];
}

type Row = Record<string, unknown>;

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKept(value: unknown): boolean {
  return isObject(value) && typeof value.set === 'boolean';
}
