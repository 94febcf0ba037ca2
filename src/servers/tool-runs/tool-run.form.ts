import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsOptional, IsString } from 'class-validator';
import { Invalid } from '../../shared/errors/index.js';
import { readJson } from '../json-text.js';
import { fromFields } from './form-arguments.js';
import type { JsonSchema } from './json-schema.js';

export class ToolRunForm {
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @IsOptional()
  @IsObject({ message: 'Give the arguments as an object.' })
  arguments?: Record<string, unknown>;

  /** The same as JSON text, from the page. */
  @ApiPropertyOptional({ description: 'The arguments as JSON text, in place of `arguments`.' })
  @IsOptional()
  @IsString({ message: 'Give the arguments as JSON text.' })
  argumentsJson?: string;

  /** How the page shows the arguments. */
  @IsOptional()
  @IsIn(['form', 'json'], { message: 'Use form or json.' })
  as?: 'form' | 'json';
}

/**
 * The arguments as the schema has them. Fields of an HTML form are all texts, so they are read by the schema.
 * @throws Invalid for `argumentsJson`
 */
export function argumentsOf(form: ToolRunForm, schema: JsonSchema, isHtmlForm: boolean): Record<string, unknown> {
  if (form.argumentsJson !== undefined) return parsed(form.argumentsJson);
  return isHtmlForm ? fromFields(schema, form.arguments) : (form.arguments ?? {});
}

function parsed(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  const { value, fault } = readJson(text, { disallowComments: true });
  if (fault) {
    const { problem, line, column } = fault;
    throw new Invalid({ argumentsJson: `Give a JSON object: ${problem} at line ${line}, column ${column}.` });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Invalid({ argumentsJson: 'Give a JSON object, in braces.' });
}
