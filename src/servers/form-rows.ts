import { isYes } from './form-values.js';

/** How many empty rows a form offers at least: without JavaScript none can be added. */
const SPARE = 3;

/** One line of a form: a variable, a header or an argument. Secret values are never in it. */
export interface FormRow {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  /** A value is stored and stays unless another one is typed. */
  readonly set: boolean;
}

/** Rows for env or headers, from what was sent or from what is stored. */
export function valueRows(given: unknown): FormRow[] {
  const entries = Array.isArray(given) ? given.filter(isObject) : isObject(given) ? named(given) : [];
  return withSpare(
    entries
      .map(({ name, set }) => ({ name: asText(name), value: '', secret: true, set: isYes(set) }))
      .filter(({ name }) => name !== ''),
  );
}

export function argumentRows(given: unknown): FormRow[] {
  const rows = (Array.isArray(given) ? (given as unknown[]) : []).map((arg): FormRow => {
    if (!isObject(arg)) return { name: '', value: asText(arg), secret: false, set: false };
    const secret = isYes(arg.secret);
    return { name: '', value: secret ? '' : asText(arg.value), secret, set: isYes(arg.set) };
  });
  return withSpare(rows.filter(({ value, secret }) => secret || value !== ''));
}

type Members = Record<string, unknown>;

function named(values: Members): Members[] {
  return Object.entries(values).map(([name, value]) => ({ name, set: isObject(value) && value.set }));
}

function withSpare(rows: readonly FormRow[]): FormRow[] {
  const spare = Math.max(1, SPARE - rows.length);
  return [...rows, ...Array.from({ length: spare }, () => ({ name: '', value: '', secret: false, set: false }))];
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
