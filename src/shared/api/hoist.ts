import { isDeepStrictEqual } from 'node:util';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Schema } from './shape.js';

/** The document with every shape that has a name among its components, and a reference where it stood. */
export function hoisted(document: OpenAPIObject): OpenAPIObject {
  const named: Record<string, Schema> = {};
  const walked = walk(document, named) as OpenAPIObject;
  return { ...walked, components: { ...walked.components, schemas: { ...walked.components?.schemas, ...named } } };
}

function walk(value: unknown, named: Record<string, Schema>): unknown {
  if (Array.isArray(value)) return value.map((one) => walk(one, named));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, one]) => [
    name,
    name === 'example' ? (one as unknown) : walk(one, named),
  ]);
  const copy = asOf31(Object.fromEntries(entries) as Schema);
  const { title } = copy;
  if (typeof title !== 'string' || copy.type !== 'object') return copy;
  if (named[title] && !isDeepStrictEqual(named[title], copy)) throw new Error(`Two shapes are called ${title}.`);
  named[title] = copy;
  return { $ref: `#/components/schemas/${title}` };
}

/** Nest's decorators for what is sent speak OpenAPI 3.0. */
function asOf31({ nullable, ...schema }: Schema): Schema {
  if (nullable === true) return { ...schema, type: [schema.type, 'null'] };
  return nullable === undefined ? schema : { ...schema, nullable };
}
