import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FieldErrors } from '../../shared/errors/index.js';
import { CheckThread, type SchemaFault } from './check-thread.js';
import type { JsonSchema } from './json-schema.js';

const LARGEST_SCHEMA = 262_144;
const LONGEST_SENTENCE = 1000;
const LIMIT_MS = 1000;

/**
 * Checks arguments against a tool's schema, so that a person learns which field is wrong before the server is asked. What
 * takes too long goes to the server unchecked: it checks for itself.
 */
@Injectable()
export class ArgumentCheck implements OnModuleDestroy {
  private readonly thread = new CheckThread(LIMIT_MS);

  /** Sentences by the path of the argument, such as `arguments.filter.limit`. `hash` names the schema. */
  async faults(hash: string, schema: JsonSchema, values: object): Promise<FieldErrors> {
    const job = { hash, schema: JSON.stringify(schema), values: JSON.stringify(values) };
    if (job.schema.length > LARGEST_SCHEMA) return {};
    const faults = (await this.thread.faults(job)) ?? [];
    return Object.fromEntries(faults.map((fault) => [fieldOf(fault), sentenceOf(fault).slice(0, LONGEST_SENTENCE)]));
  }

  onModuleDestroy(): void {
    this.thread.stop();
  }
}

function fieldOf({ instancePath, keyword, params }: SchemaFault): string {
  const steps = instancePath.split('/').slice(1).map(unescaped);
  const more = keyword === 'required' ? (params as { missingProperty: string }).missingProperty : undefined;
  const extra =
    keyword === 'additionalProperties' ? (params as { additionalProperty: string }).additionalProperty : undefined;
  return ['arguments', ...steps, ...[more ?? extra].filter((step) => step !== undefined)].join('.');
}

function sentenceOf(error: SchemaFault): string {
  const { keyword, params, message } = error;
  const name = fieldOf(error).split('.').slice(1).join('.') || 'The value';
  if (keyword === 'required') return `Give “${name}” a value.`;
  if (keyword === 'additionalProperties') return `The tool has no argument ${name}: leave it out.`;
  if (keyword === 'enum')
    return `${name} must be one of ${(params as { allowedValues: unknown[] }).allowedValues.join(', ')}.`;
  return `${name} ${message ?? 'does not fit'}.`;
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
