import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { type FieldErrors, Invalid } from '../errors/index.js';

function collect(errors: readonly ValidationError[], prefix = '', fields: FieldErrors = {}): FieldErrors {
  for (const { property, constraints, children } of errors) {
    const name = prefix + property;
    const sentence = Object.entries(constraints ?? {}).map(([rule, text]) => worded(rule, text, name))[0];
    if (sentence) fields[name] = sentence;
    collect(children ?? [], `${name}.`, fields);
  }
  return fields;
}

function worded(rule: string, text: string, name: string): string {
  return rule === 'whitelistValidation' ? `There is no field "${name}" here: leave it out.` : text;
}

/** Checks every body and query against its DTO class; what is not declared there is refused (Security S20). */
export function validation(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    exceptionFactory: (errors) => new Invalid(collect(errors)),
  });
}
