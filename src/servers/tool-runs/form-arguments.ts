import { asSchema, type JsonSchema, kindOf, propertiesOf, typeOf } from './json-schema.js';

/** The fields of a form, which are all texts, as the values that the schema asks for; empty optional ones are left out. */
export function fromFields(schema: JsonSchema, fields: unknown, depth = 0): Record<string, unknown> {
  const given = asSchema(fields);
  const known = propertiesOf(schema).flatMap(([name, property, required]) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const read = valueOf(property, value, depth);
    const isLeftOut = read === undefined || (!required && isEmpty(read));
    return isLeftOut ? [] : [[name, read] as const];
  });
  const stray = Object.entries(given).filter(
    ([name]) => !known.some(([other]) => other === name) && !hasProperty(schema, name),
  );
  return Object.fromEntries([...known, ...stray]);
}

/** What does not fit stays a text: the validation then names the field. */
function valueOf(schema: JsonSchema, value: unknown, depth: number): unknown {
  if (value === undefined) return undefined;
  switch (kindOf(schema, depth)) {
    case 'object':
      return fromFields(schema, value, depth + 1);
    case 'list':
      return linesOf(value).map((line) => scalarOf(typeOf(asSchema(schema.items)), line));
    case 'enum':
      return schema.enum?.find((one) => String(one) === value) ?? (value === '' ? undefined : value);
    case 'json':
      return jsonOf(value);
    case 'text':
    case 'number':
    case 'boolean':
      return value === '' ? emptyOf(schema) : scalarOf(typeOf(schema), value);
  }
}

function emptyOf(schema: JsonSchema): string | undefined {
  return typeOf(schema) === 'string' ? '' : undefined;
}

function scalarOf(type: string | undefined, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'boolean') return value === 'on' || value === 'true' ? true : value === 'false' ? false : value;
  if (type !== 'number' && type !== 'integer') return value;
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

function linesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? value.split(/\r?\n/).filter((line) => line !== '') : [value];
}

function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.trim() === '') return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function isEmpty(value: unknown): boolean {
  if (value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function hasProperty(schema: JsonSchema, name: string): boolean {
  return Object.hasOwn(asSchema(schema.properties), name);
}
