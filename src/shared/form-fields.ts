import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsIn,
  Length,
  Matches,
  Validate,
  ValidateIf,
  ValidatorConstraint,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { ROLES } from './roles.js';
import { slugFault } from './slug.js';

/** The field may be left out, but `null` is not a value of it. */
export const Omittable = () => ValidateIf((_, value) => value !== undefined);

/** Text without the space around it; an empty form field counts as left out where `empty` says so. */
export const Trim = ({ empty }: { empty?: 'omitted' } = {}) =>
  Transform(({ value }: { value: unknown }) => {
    const text = typeof value === 'string' ? value.trim() : value;
    return text === '' && empty === 'omitted' ? undefined : text;
  });

const SWITCH: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  '1': true,
  false: false,
  off: false,
  '0': false,
  '': false,
};

/** A switch of an HTML form: the last value counts, because a hidden "off" stands before the checkbox. */
export const Switch = () =>
  Transform(({ value }: { value: unknown }) => {
    const isSentTwice = Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
    const last: unknown = isSentTwice ? value.at(-1) : value;
    return typeof last === 'string' ? (SWITCH[last] ?? last) : last;
  });

/** Text that PostgreSQL can hold: it has no NUL character. */
export const Text = (least: number, most: number, message: string) =>
  applyDecorators(Length(least, most, { message }), Matches(/^[^\0]*$/, { message: 'Leave out the NUL character.' }));

@ValidatorConstraint({ name: 'slug' })
class IsSlug implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && !slugFault(value);
  }

  defaultMessage({ value }: ValidationArguments): string {
    return slugFault(typeof value === 'string' ? value : '') ?? '';
  }
}

/** What stands in addresses in place of an id. */
export const Slug = () => Validate(IsSlug);

/** What somebody may do in a project or team. */
export const OneRole = () =>
  applyDecorators(ApiProperty({ enum: ROLES }), IsIn(ROLES, { message: 'Choose Owner, Developer or Reporter.' }));
