import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDate, IsIn, IsInt, IsOptional, IsString, Max, Min, ValidateIf } from 'class-validator';
import { NewEmail } from '../../auth/index.js';
import { Omittable, Text, Trim } from '../../shared/form-fields.js';
import { INVITED_AS, type InvitedAs } from '../project-member.entity.js';
import { type Role, ROLES } from '../project-role.js';

const ROLE = `Choose a role: ${ROLES.join(', ')}.`;
const EXPIRES = 'Give the end of the membership as a date, such as 2027-01-31.';

/** What an empty field of a form means: nothing is to be said. */
const Expiry = () => ValidateIf((_, value) => value !== undefined && value !== null && value !== '');

export class AddMemberForm {
  @NewEmail()
  email!: string;

  @ApiPropertyOptional({ enum: ROLES, default: 'Reporter' })
  @Omittable()
  @IsIn(ROLES, { message: ROLE })
  role: Role = 'Reporter';

  @ApiPropertyOptional({ enum: INVITED_AS, default: 'individual' })
  @Omittable()
  @IsIn(INVITED_AS, { message: `Say what the person is: ${INVITED_AS.join(', ')}.` })
  invitedAs: InvitedAs = 'individual';

  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, description: 'null: it does not end.' })
  @Type(() => Date)
  @Expiry()
  @IsDate({ message: EXPIRES })
  expiresAt?: Date | null;
}

export class ChangeMemberForm {
  @ApiPropertyOptional({ enum: ROLES })
  @Omittable()
  @IsIn(ROLES, { message: ROLE })
  role?: Role;

  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, description: 'null: it does not end.' })
  @Type(() => Date)
  @IsOptional()
  @IsDate({ message: EXPIRES })
  expiresAt?: Date | null;
}

const SORTS = ['name', 'role', 'joined'] as const;

export class MembersQuery {
  @ApiPropertyOptional({ description: 'Part of the name or email address.' })
  @Trim({ empty: 'omitted' })
  @Omittable()
  @Text(1, 200, 'Search for one text of at most 200 characters.')
  q?: string;

  @ApiPropertyOptional({ enum: SORTS, default: 'name' })
  @Omittable()
  @IsIn(SORTS, { message: `Sort by ${SORTS.join(', ')}.` })
  sort: (typeof SORTS)[number] = 'name';

  @ApiPropertyOptional({ description: 'nextCursor of the answer before.' })
  @Omittable()
  @IsString({ message: 'Give the nextCursor of the answer before, as it was.' })
  cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @Type(() => Number)
  @Omittable()
  @IsInt({ message: 'Ask for 1 to 200 members.' })
  @Min(1, { message: 'Ask for 1 to 200 members.' })
  @Max(200, { message: 'Ask for 1 to 200 members.' })
  limit = 50;
}

export class TransferForm {
  @ApiProperty({ format: 'uuid', description: 'A member of the project.' })
  @IsString({ message: 'Choose the member who is to own the project.' })
  userId!: string;
}
