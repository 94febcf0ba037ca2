/** The part of JSON Schema that forms are drawn from; anything else is left to a field for JSON. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly [keyword: string]: unknown;
}

export type FieldKind = 'text' | 'number' | 'boolean' | 'enum' | 'list' | 'object' | 'json';

const SCALARS = new Set(['string', 'number', 'integer', 'boolean']);
const DEEPEST = 3;

/** What an upstream sent as a schema may be anything. */
export function asSchema(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : {};
}

/** The one type, where there is one beside null. */
export function typeOf({ type }: JsonSchema): string | undefined {
  const types = (Array.isArray(type) ? type : [type]).filter((one) => one !== 'null');
  return types.length === 1 ? (types[0] as string | undefined) : undefined;
}

/** How a value of this schema is asked for, `depth` objects below the arguments. */
export function kindOf(schema: JsonSchema, depth: number): FieldKind {
  const type = typeOf(schema);
  if (Array.isArray(schema.enum) && schema.enum.every((value) => typeof value !== 'object')) return 'enum';
  if (type === 'string') return 'text';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'boolean') return 'boolean';
  if (type === 'array' && SCALARS.has(typeOf(asSchema(schema.items)) ?? '')) return 'list';
  if (type === 'object' && depth < DEEPEST && Object.keys(asSchema(schema.properties)).length > 0) return 'object';
  return 'json';
}

const SAY_NOTHING_MORE = new Set(['$schema', '$id', 'type', 'title', 'description', 'properties', 'required']);

/** Whether there is nothing to give; a schema that says more than its properties may ask for something. */
export function isEmptyObject(schema: JsonSchema): boolean {
  const more = Object.entries(schema).filter(([keyword]) => !SAY_NOTHING_MORE.has(keyword));
  const isClosed = more.every(([keyword, value]) => keyword === 'additionalProperties' && value === false);
  return isClosed && propertiesOf(schema).length === 0 && (schema.required ?? []).length === 0;
}

export function propertiesOf(schema: JsonSchema): [name: string, schema: JsonSchema, required: boolean][] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(asSchema(schema.properties)).map(([name, one]) => [
    name,
    asSchema(one),
    required.includes(name),
  ]);
}
