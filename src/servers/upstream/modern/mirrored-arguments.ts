import type { MirroredArgument } from '../link.js';

type Schema = Readonly<Record<string, unknown>>;

const ANNOTATION = 'x-mcp-header';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES = new Set<unknown>(['string', 'integer', 'boolean']);

/** Keywords whose schemas do not stand for one certain place in the arguments. */
const ELSEWHERE = [
  ...['items', 'prefixItems', 'contains', 'unevaluatedItems', 'propertyNames', 'additionalProperties'],
  ...['unevaluatedProperties', 'oneOf', 'anyOf', 'allOf', 'not', 'if', 'then', 'else'],
];
const ELSEWHERE_BY_NAME = ['patternProperties', 'dependentSchemas', '$defs', 'definitions'];

/**
 * The arguments of a tool that a request over HTTP repeats as headers. `undefined`: its annotations break the rules
 * (`basic/transports/streamable-http.mdx#schema-extension`, 2026-07-28), and over HTTP the tool must not be offered.
 * @param definition JSON text of the tool as the upstream sent it.
 */
export function mirroredArguments(definition: string): readonly MirroredArgument[] | undefined {
  if (!definition.includes(ANNOTATION) && !definition.includes('\\u')) return [];
  const { inputSchema } = JSON.parse(definition) as { readonly inputSchema?: unknown };
  const found: MirroredArgument[] = [];
  if (!collect(inputSchema, [], found)) return undefined;
  const names = new Set(found.map(({ header }) => header.toLowerCase()));
  return names.size === found.length ? found : undefined;
}

/** False when an annotation breaks a rule. */
function collect(schema: unknown, path: readonly string[], found: MirroredArgument[]): boolean {
  if (!isSchema(schema)) return true;
  const header = schema[ANNOTATION];
  if (header !== undefined) {
    if (typeof header !== 'string' || !TOKEN.test(header) || path.length === 0 || !TYPES.has(schema.type)) return false;
    found.push({ header, path });
  }
  const elsewhere = [...ELSEWHERE.flatMap((name) => schema[name]), ...namedIn(schema)];
  return (
    Object.entries(isSchema(schema.properties) ? schema.properties : {}).every(([name, property]) =>
      collect(property, [...path, name], found),
    ) && elsewhere.every((one) => !isAnnotated(one))
  );
}

function namedIn(schema: Schema): unknown[] {
  return ELSEWHERE_BY_NAME.flatMap((keyword) => {
    const schemas = schema[keyword];
    return isSchema(schemas) ? Object.values(schemas) : [];
  });
}

function isAnnotated(schema: unknown): boolean {
  if (!isSchema(schema)) return false;
  if (schema[ANNOTATION] !== undefined) return true;
  const properties = isSchema(schema.properties) ? Object.values(schema.properties) : [];
  return [...properties, ...ELSEWHERE.flatMap((name) => schema[name]), ...namedIn(schema)].some(isAnnotated);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
