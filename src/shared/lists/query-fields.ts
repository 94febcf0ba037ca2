import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, isISO8601, IsOptional, Length, Matches, Max, Min, ValidateBy } from 'class-validator';

/** A form sends the fields that were left empty as well. */
const whenGiven = (documented: ApiPropertyOptions, read: (text: unknown) => unknown = (text) => text) =>
  applyDecorators(
    ApiPropertyOptional(documented),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => (value === '' || value === undefined ? undefined : read(value))),
  );

const asNumber = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);

/** `a=1&a=2` and `a=1,2` alike. */
const asList = (value: unknown) =>
  [value].flat().flatMap((entry) => (typeof entry === 'string' ? entry.split(',').filter(Boolean) : [entry]));

export const OptionalText = (most: number) =>
  applyDecorators(
    whenGiven({ type: String, maxLength: most }),
    Length(1, most, { message: `Use at most ${most} characters.` }),
  );

export const OptionalList = (...checks: PropertyDecorator[]) =>
  applyDecorators(whenGiven({ type: [String] }, asList), ...checks);

export const OptionalInteger = (least: number, most: number) => {
  const message = `Use a whole number from ${least} to ${most}.`;
  return applyDecorators(
    whenGiven({ type: Number, minimum: least, maximum: most }, asNumber),
    IsInt({ message }),
    Min(least, { message }),
    Max(most, { message }),
  );
};

/** ISO 8601 as `Date` understands it: no weeks, no days of the year. */
export function isTime(value: unknown): value is string {
  return isISO8601(value, { strict: true }) && Number.isFinite(Date.parse(value as string));
}

export const OptionalTime = () =>
  applyDecorators(
    whenGiven({ type: String, format: 'date-time' }),
    ValidateBy(
      { name: 'isTime', validator: { validate: isTime } },
      { message: 'Use a time such as 2026-11-20T10:00:00Z.' },
    ),
  );

export const OptionalRange = () =>
  applyDecorators(
    whenGiven({ type: String, example: '24h' }),
    Matches(/^[1-9]\d{0,4}[mhd]$/, { message: 'Use a time range such as 15m, 6h or 7d.' }),
  );

/** What may stand in the query of a list that has no filter. */
export class PageQuery {
  @OptionalText(400) cursor?: string;
  @OptionalInteger(1, 200) limit?: number;
}
