import { parseConfig } from './config-text.js';
import { isObject, type Members } from './values.js';

export interface ImportForm {
  readonly document: unknown;
  /** Names as they stand in the document; `undefined`: all of them. */
  readonly only: ReadonlySet<string> | undefined;
  /** Values for variables, by the variable's id. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The body is the configuration itself, or carries it as pasted `text`; beside it may stand `only` and `secrets`.
 * @throws Invalid for the field `text`
 */
export function readImport(body: unknown): ImportForm {
  if (!isObject(body)) return { document: body, only: undefined, secrets: {} };
  return {
    document: typeof body.text === 'string' ? parseConfig(body.text) : body,
    only: namesIn(body.only),
    secrets: isObject(body.secrets) ? textsIn(body.secrets) : {},
  };
}

function namesIn(value: unknown): ReadonlySet<string> | undefined {
  const names = typeof value === 'string' ? [value] : value;
  return Array.isArray(names) ? new Set(names.filter((name) => typeof name === 'string')) : undefined;
}

function textsIn(values: Members): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
    ),
  );
}
