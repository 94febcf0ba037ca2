import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsString, Length, Matches, MaxLength, ValidateBy } from 'class-validator';
import { Trim } from '../shared/form-fields.js';
import { isCommonPassword } from './common-passwords.js';

const NO_CONTROL_CHARACTERS = /^\P{Cc}*$/u;

/** What a person is called. */
export const PersonName = () =>
  applyDecorators(
    ApiProperty({ type: String, minLength: 1, maxLength: 100, example: 'Ada Lovelace' }),
    Trim(),
    Matches(NO_CONTROL_CHARACTERS, { message: 'Give the name in one line.' }),
    Length(1, 100, { message: 'Give a name of 1 to 100 characters.' }),
  );

/** The address of a new account. Names without a dot, such as `ada@intranet`, are fine where the product is hosted. */
export const NewEmail = () =>
  applyDecorators(
    ApiProperty({ type: String, format: 'email', maxLength: 254, example: 'ada@example.com' }),
    Trim(),
    IsEmail({ require_tld: false }, { message: 'Give an email address such as ada@example.com.' }),
    MaxLength(254, { message: 'Give an email address of at most 254 characters.' }),
  );

/** The address of an account that may exist: anything that is not one is simply wrong. */
export const KnownEmail = () =>
  applyDecorators(
    ApiProperty({ type: String, format: 'email', example: 'ada@example.com' }),
    Trim(),
    Matches(NO_CONTROL_CHARACTERS, { message: 'Give the email address you signed up with.' }),
    Length(1, 254, { message: 'Give the email address you signed up with.' }),
  );

const NotCommon = () =>
  ValidateBy({
    name: 'notCommon',
    validator: {
      validate: (value) => typeof value === 'string' && !isCommonPassword(value),
      defaultMessage: () => 'Choose another password: this one is among the first that attackers try.',
    },
  });

export const NewPassword = () =>
  applyDecorators(
    ApiProperty({ type: String, format: 'password', minLength: 8, maxLength: 1000 }),
    NotCommon(),
    Length(8, 1000, { message: 'Choose a password of 8 to 1000 characters.' }),
  );

export const KnownPassword = () =>
  applyDecorators(
    ApiProperty({ type: String, format: 'password' }),
    IsString({ message: 'Give your password.' }),
    Length(1, 1000, { message: 'Give your password.' }),
  );
