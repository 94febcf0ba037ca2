import type { GivenArgument, GivenValues, Kept } from './registration.js';

/**
 * How env and headers come: `{NAME: value}` in JSON, rows `[{name, value, set, again, remove}]` from a form. Numbers and
 * booleans are written out, because clients' files hold them; whatever else is no value stays, so that its name can be told.
 */
export function asValues(given: unknown): unknown {
  if (Array.isArray(given)) return given.length > 0 && given.every(isRow) ? fromRows(given) : (given as unknown[]);
  if (!isObject(given)) return given;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, asValue(value)]));
}

/** Names with something; what stands under each is judged with the registration, where the fault gets its name. */
export function isNamedValues(value: unknown): value is GivenValues {
  return isObject(value);
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

/** `{set: true}`, or `{set: false}` for a value that is still to come. */
export function isKept(value: unknown): value is Kept {
  return isObject(value) && typeof value.set === 'boolean' && Object.keys(value).length === 1;
}

function fromRows(rows: readonly Row[]): Record<string, unknown> {
  return Object.fromEntries(rows.flatMap(rowAsEntry));
}

function rowAsEntry(row: Row): [string, unknown][] {
  const name = String(row.name).trim();
  if (name === '' && isBlank(row)) return [];
  if (isYes(row.remove)) return [[name, null]];
  return [[name, isBlank(row) ? unchanged(row) : asValue(row.value)]];
}

/** A value that was typed before a refusal is not in the page: left empty, it must not count as the stored one. */
function unchanged({ set, again }: Row): Kept | '' {
  return set === undefined || isYes(again) ? '' : { set: isYes(set) };
}

function asValue(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function asArgument(given: unknown): unknown {
  if (!isObject(given)) return [asValue(given)];
  if (isYes(given.remove)) return [];
  const isSecret = isYes(given.secret) || (given.set !== undefined && isBlank(given));
  if (isSecret) return [{ secret: true, value: isBlank(given) ? unchanged(given) : asValue(given.value) }];
  return isBlank(given) ? [] : [asValue(given.value)];
}

type Row = Record<string, unknown>;

function isRow(value: unknown): value is Row {
  return isObject(value) && typeof value.name === 'string';
}

function isBlank({ value }: Row): boolean {
  return value === '' || value === undefined;
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
