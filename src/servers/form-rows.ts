import { isYes } from './form-values.js';

/** How many empty rows a form offers at least: without JavaScript none can be added. */
const SPARE = 3;

/** One line of a form: a variable, a header or an argument. Secret values are never in it. */
export interface FormRow {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  /** The server has it already, with a value or waiting for one. */
  readonly known: boolean;
  /** A value is stored and stays unless another one is typed. */
  readonly set: boolean;
  /** A value was typed and is not in the page: it has to be typed again. */
  readonly again: boolean;
  readonly remove: boolean;
}

const EMPTY: FormRow = {
  ...{ name: '', value: '' },
  ...{ secret: false, known: false, set: false, again: false, remove: false },
};

/** Rows for env or headers, from what was sent or from what is stored. */
export function valueRows(given: unknown): FormRow[] {
  const entries = Array.isArray(given) ? given.filter(isObject) : isObject(given) ? named(given) : [];
  const rows = entries.map((entry): FormRow => ({ ...secretRow(entry), name: asText(entry.name) }));
  return withSpare(rows.filter(({ name, again }) => name !== '' || again));
}

export function argumentRows(given: unknown): FormRow[] {
  const rows = (Array.isArray(given) ? (given as unknown[]) : []).map((arg): FormRow => {
    if (!isObject(arg)) return { ...EMPTY, value: asText(arg) };
    return isYes(arg.secret) || arg.set !== undefined ? secretRow(arg) : { ...EMPTY, value: asText(arg.value) };
  });
  return withSpare(rows.filter(({ value, secret }) => secret || value !== ''));
}

type Members = Record<string, unknown>;

function secretRow({ value, set, again, remove }: Members): FormRow {
  return {
    ...EMPTY,
    secret: true,
    known: set !== undefined,
    set: isYes(set),
    again: isYes(again) || asText(value) !== '',
    remove: isYes(remove),
  };
}

function named(values: Members): Members[] {
  return Object.entries(values).map(([name, value]) => ({ name, set: isObject(value) && value.set }));
}

function withSpare(rows: readonly FormRow[]): FormRow[] {
  const spare = Math.max(1, SPARE - rows.length);
  return [...rows, ...Array.from({ length: spare }, () => EMPTY)];
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
