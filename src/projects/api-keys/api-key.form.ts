import { ApiHideProperty, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsDate,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { Invalid } from '../../shared/errors/index.js';
import { Omittable, Switch, Text, Trim } from '../../shared/form-fields.js';
import { Count, IpRanges, RequestLimit } from '../limit-fields.js';
import { READ_ONLY, SCOPE, SERVER, WHOLE_PROJECT } from './key-scopes.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What the page offers; programs give `expiresAt`. */
const EXPIRY_CHOICES = ['7', '30', '60', '90', 'custom', 'none'] as const;

type ExpiryChoice = (typeof EXPIRY_CHOICES)[number];

const MOST_SCOPES = 200;
const SCOPES = `Give the scopes as a list of "${WHOLE_PROJECT}", "${SERVER}<name or id>" and "${READ_ONLY}".`;

const LONGEST_OVERLAP = 720;
const OVERLAP = `Give the hours for which the old key still works: 0 to ${LONGEST_OVERLAP}.`;

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

  @ApiPropertyOptional({ type: [String], default: [WHOLE_PROJECT], description: SCOPES })
  @Omittable()
  @Matches(SCOPE, { each: true, message: SCOPES })
  @ArrayMaxSize(MOST_SCOPES, { message: `Give at most ${MOST_SCOPES} scopes.` })
  @ArrayNotEmpty({ message: SCOPES })
  @IsArray({ message: SCOPES })
  scopes: string[] = [WHOLE_PROJECT];

  @IpRanges()
  allowedIpRanges?: string[];

  @RequestLimit('null: as the project says.')
  rateLimitPerMinute?: number | null;

  @RequestLimit('null: as the project says.')
  rateLimitPerDay?: number | null;

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

  /** What the page sends in place of `scopes`. */
  @ApiHideProperty()
  @Omittable()
  @IsIn(['project', 'servers'], { message: 'Choose the whole project or some of its servers.' })
  reach?: 'project' | 'servers';

  /** Ids. */
  @ApiHideProperty()
  @Omittable()
  @ArrayMaxSize(MOST_SCOPES, { message: `Choose at most ${MOST_SCOPES} servers.` })
  @IsUUID(undefined, { each: true, message: 'Choose servers of the project.' })
  @IsArray({ message: 'Choose servers of the project.' })
  servers?: string[];

  @ApiHideProperty()
  @Switch()
  @Omittable()
  @IsBoolean({ message: 'Say true or false.' })
  readOnly?: boolean;

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
   * What was asked for, and the field in which.
   * @throws Invalid
   */
  askedScopes(): { readonly field: 'scopes' | 'servers'; readonly scopes: readonly string[] } {
    if (this.reach === undefined) return { field: 'scopes', scopes: this.scopes };
    const servers = (this.servers ?? []).map((id) => SERVER + id);
    const whole = this.reach === 'project';
    if (!whole && servers.length === 0) throw new Invalid({ servers: 'Choose at least one server.' });
    return {
      field: 'servers',
      scopes: [...(whole ? [WHOLE_PROJECT] : servers), ...(this.readOnly ? [READ_ONLY] : [])],
    };
  }

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

export class RotateApiKeyForm {
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: LONGEST_OVERLAP, default: 24, description: OVERLAP })
  @Count()
  @Omittable()
  @Max(LONGEST_OVERLAP, { message: OVERLAP })
  @Min(0, { message: OVERLAP })
  @IsInt({ message: OVERLAP })
  overlapHours = 24;

  /** When a key ends that has a follower now: never later than it would have. */
  endOf({ expiresAt }: { expiresAt: Date | null }, now: Date): Date {
    const end = new Date(now.getTime() + this.overlapHours * HOUR_MS);
    return expiresAt && expiresAt < end ? expiresAt : end;
  }
}

export class ApiKeysQuery {
  @ApiPropertyOptional({ enum: ['all', 'mine'], default: 'all', description: 'Whose keys.' })
  @Omittable()
  @IsIn(['all', 'mine'], { message: 'Ask for all keys or mine.' })
  made: 'all' | 'mine' = 'all';
}
