import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FieldErrors } from '../../shared/errors/index.js';
import type { JsonSchema } from './json-schema.js';

const LARGEST_SCHEMA = 262_144;
const MOST_SCHEMAS = 200;

/** A pattern that an upstream wrote may never end on some texts, so patterns are left for the upstream to check. */
const anyText = Object.assign(() => ({ test: () => true }), { code: 'anyText' });

const OPTIONS: Options = { strict: false, allErrors: true, logger: false, code: { regExp: anyText } };

type Validate = ValidateFunction | null;

/** Checks arguments against a tool's schema, so that a person learns which field is wrong before the server is asked. */
export class ArgumentCheck {
  private readonly compiled = new Map<string, Validate>();

  /** Sentences by the path of the argument, such as `arguments.filter.limit`. `hash` names the schema. */
  faults(hash: string, schema: JsonSchema, values: object): FieldErrors {
    const validate = this.validatorOf(hash, schema);
    if (!validate || validate(values)) return {};
    return Object.fromEntries((validate.errors ?? []).map((error) => [fieldOf(error), sentenceOf(error)]));
  }

  private validatorOf(hash: string, schema: JsonSchema): Validate {
    const known = this.compiled.get(hash);
    if (known !== undefined) return known;
    if (this.compiled.size >= MOST_SCHEMAS) this.compiled.clear();
    const validate = compile(schema);
    this.compiled.set(hash, validate);
    return validate;
  }
}

/** `null` for a schema that cannot be compiled, such as one that refers to the network: the upstream checks alone. */
function compile(schema: JsonSchema): Validate {
  if (JSON.stringify(schema).length > LARGEST_SCHEMA) return null;
  try {
    const ajv = newAjv(typeof schema.$schema === 'string' ? schema.$schema : '');
    addFormats.default(ajv, { mode: 'fast' });
    return ajv.compile(schema);
  } catch {
    return null;
  }
}

/** MCP says 2020-12 where the schema says nothing; what most servers write is valid in both. */
function newAjv(dialect: string): Ajv {
  if (dialect.includes('draft-07') || dialect.includes('draft-06')) return new Ajv(OPTIONS);
  return dialect.includes('2019-09') ? new Ajv2019(OPTIONS) : new Ajv2020(OPTIONS);
}

function fieldOf({ instancePath, keyword, params }: ErrorObject): string {
  const steps = instancePath.split('/').slice(1).map(unescaped);
  const more = keyword === 'required' ? (params as { missingProperty: string }).missingProperty : undefined;
  const extra =
    keyword === 'additionalProperties' ? (params as { additionalProperty: string }).additionalProperty : undefined;
  return ['arguments', ...steps, ...[more ?? extra].filter((step) => step !== undefined)].join('.');
}

function sentenceOf(error: ErrorObject): string {
  const { keyword, params, message } = error;
  const name = fieldOf(error).split('.').slice(1).join('.') || 'The value';
  if (keyword === 'required') return `Give ${name} a value.`;
  if (keyword === 'additionalProperties') return `The tool has no argument ${name}: leave it out.`;
  if (keyword === 'enum')
    return `${name} must be one of ${(params as { allowedValues: unknown[] }).allowedValues.join(', ')}.`;
  return `${name} ${message ?? 'does not fit'}.`;
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
