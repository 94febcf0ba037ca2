/** JSON Schema as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** A kind of JSON value, said once for the API's document and the compiler. */
export interface Shape<T> {
  readonly schema: Schema;
  /** For the compiler only. */
  readonly is?: T;
}

/** The type of a shape's values. */
export type Of<S> = S extends Shape<infer T> ? T : never;

type Fields = Readonly<Record<string, Shape<unknown>>>;
type NoFields = Record<never, Shape<unknown>>;
type Has<F extends Fields> = { readonly [Name in keyof F]: Of<F[Name]> };

export interface ObjectShape<F extends Fields, O extends Fields = NoFields> extends Shape<Has<F> & Partial<Has<O>>> {
  readonly fields: F;
}

const plain =
  <T>(type: string) =>
  (description?: string, more: Schema = {}): Shape<T> => ({
    schema: { type, ...(description && { description }), ...more },
  });

export const text = plain<string>('string');
export const integer = plain<number>('integer');
export const number = plain<number>('number');
export const flag = plain<boolean>('boolean');
export const id = (description?: string) => text(description, { format: 'uuid' });

/** ISO 8601 in UTC. */
export const time = (description?: string) => text(description, { format: 'date-time' });

/** Whatever somebody else's program said. */
export const anything = (description: string): Shape<unknown> => ({ schema: { description } });
export const anyObject = (description: string): Shape<object> => ({ schema: { type: 'object', description } });

export const oneOf = <const V extends string>(values: readonly V[], description?: string): Shape<V> => ({
  schema: { type: 'string', enum: values, ...(description && { description }) },
});

export const nullable = <T>({ schema }: Shape<T>): Shape<T | null> => ({
  schema: { anyOf: [schema, { type: 'null' }] },
});

export const either = <A, B>(a: Shape<A>, b: Shape<B>): Shape<A | B> => ({ schema: { anyOf: [a.schema, b.schema] } });

export const list = <T>(of: Shape<T>, description?: string): Shape<readonly T[]> => ({
  schema: { type: 'array', items: of.schema, ...(description && { description }) },
});

/** Any names, each with a value of the shape. */
export const record = <T>(of: Shape<T>): Shape<Readonly<Record<string, T>>> => ({
  schema: { type: 'object', additionalProperties: of.schema },
});

/** An object; `optional` are the fields that may be missing. */
export function object<const F extends Fields, const O extends Fields = NoFields>(
  fields: F,
  optional?: O,
): ObjectShape<F, O> {
  const all = Object.entries({ ...fields, ...optional }).map(([name, { schema }]) => [name, schema]);
  const properties = Object.fromEntries(all) as Schema;
  return { fields, schema: { type: 'object', required: Object.keys(fields), properties } };
}

/** An object that the document lists under its name. */
export function named<const F extends Fields, const O extends Fields = NoFields>(
  title: string,
  fields: F,
  optional?: O,
): ObjectShape<F, O> {
  const { schema } = object(fields, optional);
  return { fields, schema: { title, ...schema } };
}

/** One page of a list. */
export const listOf = <T>(of: Shape<T>) =>
  object({ items: list(of), nextCursor: nullable(text('Give it as `cursor` for what follows.')) });
