import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  Max,
  Min,
  Validate,
  ValidateIf,
  type ValidationArguments,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { isNetwork } from '../shared/http/index.js';
import { Omittable } from '../shared/form-fields.js';

const MOST_RANGES = 100;
const MOST_REQUESTS = 1_000_000_000;

@ValidatorConstraint({ name: 'networks' })
class AreNetworks implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return Array.isArray(value) && value.every(isRange);
  }

  defaultMessage({ value }: ValidationArguments): string {
    const wrong: unknown = Array.isArray(value) ? value.find((entry) => !isRange(entry)) : value;
    const shown = typeof wrong === 'string' ? wrong.slice(0, 100) : JSON.stringify(wrong).slice(0, 100);
    return `"${shown}" is neither an address nor a network: give such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32.`;
  }
}

function isRange(entry: unknown): boolean {
  return typeof entry === 'string' && isNetwork(entry);
}

/** Addresses and networks: a list, or as people type them, one a line or between commas. */
export const IpRanges = () =>
  applyDecorators(
    ApiPropertyOptional({ type: [String], example: ['10.0.0.0/8'], description: 'Empty: from everywhere.' }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? [...new Set(value.split(/[\s,;]+/).filter(Boolean))] : value,
    ),
    Omittable(),
    Validate(AreNetworks),
    ArrayMaxSize(MOST_RANGES, { message: `Give at most ${MOST_RANGES} addresses and networks.` }),
    IsArray({ message: 'Give a list of addresses and networks.' }),
  );

/** A whole number as forms send it; an empty field is `null`. */
export const Count = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? asNumber(value.trim()) : value));

/** A number of requests, or nothing. */
export const RequestLimit = (description: string) => {
  const message = 'Give a whole number of requests, at least 1, or leave it empty.';
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_REQUESTS, nullable: true, description }),
    Count(),
    ValidateIf((_, value) => value !== undefined && value !== null),
    Max(MOST_REQUESTS, { message }),
    Min(1, { message }),
    IsInt({ message }),
  );
};

/** Milliseconds, or nothing. */
export const CallTimeout = () => {
  const message = 'Give whole milliseconds from 100 to 3600000, or leave it empty.';
  const description = 'Of servers that are added without a time limit of their own; null: as the instance says.';
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: 100, maximum: 3_600_000, nullable: true, description }),
    Count(),
    ValidateIf((_, value) => value !== undefined && value !== null),
    Max(3_600_000, { message }),
    Min(100, { message }),
    IsInt({ message }),
  );
};

function asNumber(text: string): number | string | null {
  if (text === '') return null;
  return /^\d{1,12}$/.test(text) ? Number(text) : text;
}
