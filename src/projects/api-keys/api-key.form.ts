import { ApiHideProperty, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsDate,
  IsIn,
  IsISO8601,
  IsOptional,
  IsUUID,
  Matches,
  ValidateIf,
} from 'class-validator';
import { Invalid } from '../../shared/errors/index.js';
import { Omittable, Text, Trim } from '../../shared/form-fields.js';
import { SCOPES, type Scope } from './api-key.entity.js';

const DAY_MS = 86_400_000;

/** What the page offers; programs give `expiresAt`. */
const EXPIRY_CHOICES = ['7', '30', '60', '90', 'custom', 'none'] as const;

type ExpiryChoice = (typeof EXPIRY_CHOICES)[number];

export class CreateApiKeyForm {
  @ApiProperty({ minLength: 1, maxLength: 100 })
  @Trim()
  @Text(1, 100, 'Give the key a name of 1 to 100 characters that tells where it is used.')
  name!: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, description: 'null: it never expires.' })
  @Type(() => Date)
  @IsOptional()
  @IsDate({ message: 'Give the expiry as a date and time, such as 2027-01-31T12:00:00Z.' })
  expiresAt?: Date | null;

  @ApiPropertyOptional({ enum: SCOPES, isArray: true, default: ['project'] })
  @Omittable()
  @IsArray({ message: `Give the scopes as a list; there is ${SCOPES.join(', ')}.` })
  @ArrayNotEmpty({ message: `Give at least one scope; there is ${SCOPES.join(', ')}.` })
  @IsIn(SCOPES, { each: true, message: `Choose scopes that exist: ${SCOPES.join(', ')}.` })
  scopes: Scope[] = ['project'];

  @ApiPropertyOptional({ enum: EXPIRY_CHOICES, description: 'Days from now, in place of expiresAt.' })
  @Trim({ empty: 'omitted' })
  @Omittable()
  @IsIn(EXPIRY_CHOICES, { message: `Choose an expiry: ${EXPIRY_CHOICES.join(', ')}.` })
  expiry?: ExpiryChoice;

  @ApiPropertyOptional({ format: 'date', description: 'The last day of the key (UTC), with the expiry "custom".' })
  @Trim({ empty: 'omitted' })
  @ValidateIf((form: CreateApiKeyForm) => form.expiry === 'custom')
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'Choose the last day of the key.' })
  @IsISO8601({ strict: true }, { message: 'Choose a last day that is in the calendar.' })
  expiresOn?: string;

  /** The client whose configuration is shown with the new key first. */
  @Omittable()
  @Text(0, 50, 'Name a client.')
  client?: string;

  /** The endpoint that this configuration names. */
  @Omittable()
  @Text(0, 100, 'Name an endpoint.')
  endpoint?: string;

  /** Of the page with the form; programs send none. */
  @ApiHideProperty()
  @Omittable()
  @IsUUID(undefined, { message: 'Open the form again.' })
  formToken?: string;

  /**
   * When the key ends; `null`: never.
   * @throws Invalid when that is not in the future.
   */
  expiryFrom(now: Date): Date | null {
    const [field, expiresAt] = this.chosenExpiry(now);
    if (!expiresAt) return null;
    if (expiresAt > now) return expiresAt;
    throw new Invalid({ [field]: 'Choose an expiry that lies in the future.' });
  }

  private chosenExpiry(now: Date): ['expiresAt' | 'expiresOn', Date | null] {
    switch (this.expiry) {
      case undefined:
        return ['expiresAt', this.expiresAt ?? null];
      case 'none':
        return ['expiresAt', null];
      case 'custom':
        return ['expiresOn', new Date(`${this.expiresOn}T23:59:59.999Z`)];
      case '7':
      case '30':
      case '60':
      case '90':
        return ['expiresAt', new Date(now.getTime() + Number(this.expiry) * DAY_MS)];
    }
  }
}
