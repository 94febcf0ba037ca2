import { asSchema, type FieldKind, type JsonSchema, kindOf, propertiesOf, typeOf } from './json-schema.js';

/** One argument as a template draws it. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly type: 'text' | 'number' | 'select' | 'textarea';
  readonly required: boolean;
  readonly hint: string;
  readonly value: unknown;
  readonly options: readonly { value: string; label: string }[];
  readonly mono: boolean;
  readonly min: unknown;
  readonly max: unknown;
  readonly step: number | 'any' | undefined;
  /** Of a nested object. */
  readonly fields: readonly FormField[];
}

const TYPES: Record<FieldKind, FormField['type']> = {
  text: 'text',
  number: 'number',
  boolean: 'select',
  enum: 'select',
  list: 'textarea',
  object: 'text',
  json: 'textarea',
};

const NOTES: Partial<Record<FieldKind, string>> = { list: 'One value a line.', json: 'As JSON.' };
const LONG_TEXT = /text|content|body|message|query|prompt|code|markdown/i;

/** The fields of a tool's arguments; `values` are those that stand in them. */
export function fieldsOf(schema: JsonSchema, values: unknown, prefix = 'arguments', depth = 0): FormField[] {
  const given = asSchema(values);
  return propertiesOf(schema).map(([name, property, required]) => {
    const kind = kindOf(property, depth);
    const value = Object.hasOwn(given, name) ? given[name] : property.default;
    const full = `${prefix}[${name}]`;
    return {
      name: full,
      label: asTitle(property.title) ?? name,
      kind,
      type: kind === 'text' && isLong(name, property) ? 'textarea' : TYPES[kind],
      required,
      hint: [asTitle(property.description), NOTES[kind]].filter(Boolean).join(' '),
      value:
        kind === 'json' && value !== undefined && typeof value !== 'string' ? JSON.stringify(value, null, 2) : value,
      options: optionsOf(property, kind, required),
      mono: kind === 'json' || kind === 'list',
      min: property.minimum,
      max: property.maximum,
      step: kind === 'number' ? stepOf(property, value) : undefined,
      fields: kind === 'object' ? fieldsOf(property, value, full, depth + 1) : [],
    };
  });
}

/** Browsers count steps from the least value or from the one in the field: where those do not fit, any number is let through. */
function stepOf(schema: JsonSchema, value: unknown): number | 'any' {
  const { multipleOf } = schema;
  const usual = typeOf(schema) === 'integer' ? 1 : undefined;
  const step = typeof multipleOf === 'number' && multipleOf > 0 ? multipleOf : usual;
  const from = Number(schema.minimum ?? (value === '' ? 0 : (value ?? 0)));
  return step !== undefined && from % step === 0 ? step : 'any';
}

function optionsOf(schema: JsonSchema, kind: FieldKind, required: boolean): FormField['options'] {
  const nothing = required ? [] : [{ value: '', label: '–' }];
  if (kind === 'boolean') return [...nothing, { value: 'true', label: 'true' }, { value: 'false', label: 'false' }];
  if (kind !== 'enum') return [];
  return [...nothing, ...(schema.enum ?? []).map((one) => ({ value: String(one), label: String(one) }))];
}

function isLong(name: string, schema: JsonSchema): boolean {
  return typeOf(schema) === 'string' && schema.format === undefined && LONG_TEXT.test(name);
}

function asTitle(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
