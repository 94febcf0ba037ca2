import { asText, toOption } from './helpers-markup.js';

/** The state of the form on the page: what was sent, and what is wrong with it by field. */
interface Form {
  readonly values?: Record<string, unknown>;
  readonly errors?: Record<string, string>;
  readonly message?: string;
}

const CHECKS = ['checkbox', 'switch'];

type Parameters = Readonly<Record<string, unknown>> & { readonly name: string; readonly type?: string };

/**
 * Everything `shared/_field` draws, from its parameters and the page's form. What was sent wins over `value`, so that a
 * refused form comes back as it was typed; a password never comes back.
 */
export function fieldModel(parameters: Parameters, form: Form | undefined, block?: unknown): object {
  const { name, type = 'text' } = parameters;
  const id = parameters.id ?? fieldId(name);
  const error = parameters.error ?? errorOf(form, name);
  const value = type === 'password' ? '' : valueOf(parameters, form);
  const hintId = parameters.hint || typeof block === 'function' ? `${asText(id)}_hint` : undefined;
  const errorId = error ? `${asText(id)}_error` : undefined;
  const choices = Array.isArray(parameters.options) ? (parameters.options as unknown[]) : [];
  return {
    ...parameters,
    type,
    id,
    error,
    value: asText(value),
    hintId,
    errorId,
    describedBy: [errorId, hintId].filter(Boolean).join(' '),
    on: isOn(value),
    choices: choices.map((entry, index) => {
      const option = toOption(entry);
      const chosen = asText(option.value) === asText(value);
      return { ...option, label: option.label ?? option.value, id: `${asText(id)}_${index}`, chosen };
    }),
    isCheck: CHECKS.includes(type),
    isChoice: type === 'radio',
    isControl: type !== 'radio' && !CHECKS.includes(type),
    isText: type !== 'select',
    hasMin: parameters.min !== undefined,
    hasMax: parameters.max !== undefined,
  };
}

/** The id of the input of the field called `name`; links in the summary of errors lead there. */
export function fieldId(name: string): string {
  return `field_${name.replace(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '')}`;
}

/** The summary over a refused form: one line a field. */
export function formErrors(form: Form | undefined): { message: string; items: object[] } | undefined {
  const entries = Object.entries(form?.errors ?? {});
  if (entries.length === 0) return undefined;
  const message = entries.length === 1 ? 'This needs a change:' : `${entries.length} things need a change:`;
  return { message, items: entries.map(([name, text]) => ({ href: `#${fieldId(name)}`, text })) };
}

function errorOf(form: Form | undefined, name: string): unknown {
  const errors = form?.errors ?? {};
  return own(errors, name) ?? own(errors, keysOf(name).join('.'));
}

function valueOf({ name, value, type }: Parameters, form: Form | undefined): unknown {
  const sent = keysOf(name).reduce((part: unknown, key) => own(part, key), form?.values);
  if (sent !== undefined) return sent;
  // A box that was not ticked is not sent at all.
  const wasRefused = Object.keys(form?.errors ?? {}).length > 0;
  return wasRefused && CHECKS.includes(type ?? '') ? undefined : value;
}

/** `env[0][name]` → `env`, `0`, `name`. */
function keysOf(name: string): string[] {
  return name.split(/[[\].]+/).filter(Boolean);
}

function own(object: unknown, key: string): unknown {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, key)) return undefined;
  return (object as Record<string, unknown>)[key];
}

function isOn(value: unknown): boolean {
  return value === true || value === 'true' || value === 'on' || value === '1' || value === 1;
}
