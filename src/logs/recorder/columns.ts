type Value = string | number | boolean | null;

/**
 * One column of what is inserted: its name, its type, and where a row has its value. `payload` is text that may be long
 * and full of quotes: it travels between separators, unescaped, and what is empty is NULL.
 */
export type Column<Row> = readonly [name: string, type: string, value: (row: Row) => Value];

export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: (string | Value[])[];
}

/** Stands in no payload: those are stored without control characters that JSON does not allow either. */
export const SEPARATOR = '\x1f';

export function names(columns: readonly Column<never>[]): string {
  return columns.map(([name]) => name).join(', ');
}

export function selected(columns: readonly Column<never>[], from = 'new_row'): string {
  return columns.map(([name]) => `${from}.${name}`).join(', ');
}

/** A row for each element of the parameters, one array per column; the first of them is `$first`. */
export function unnested(columns: readonly Column<never>[], first = 1): string {
  const arrays = columns.map(([, type], at) => {
    const parameter = `$${first + at}`;
    return type === 'payload' ? `string_to_array(${parameter}, E'\\x1f', '')` : `${parameter}::${type}[]`;
  });
  return `unnest(${arrays.join(', ')})`;
}

/**
 * The parameters for `unnested`. Arrays of free text are left to the driver, which quotes every element; the others need
 * no quotes, and are written here for a tenth of the price.
 */
export function parametersOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Statement['values'] {
  return columns.map(([, type, valueOf]) => {
    const values = rows.map(valueOf);
    if (type === 'payload') return values.join(SEPARATOR);
    if (type === 'text' || type === 'jsonb') return values;
    return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
  });
}
