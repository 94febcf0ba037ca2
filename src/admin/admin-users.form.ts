import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsString, Max, Min } from 'class-validator';
import { Omittable, Switch, Text, Trim } from '../shared/form-fields.js';

const STATES = ['active', 'disabled', 'admin'] as const;

export class UsersQuery {
  @ApiPropertyOptional({ description: 'Part of the name or email address.' })
  @Trim({ empty: 'omitted' })
  @Omittable()
  @Text(1, 200, 'Search for one text of at most 200 characters.')
  q?: string;

  @ApiPropertyOptional({ enum: STATES })
  @Trim({ empty: 'omitted' })
  @Omittable()
  @IsIn(STATES, { message: `Ask for ${STATES.join(', ')}.` })
  state?: (typeof STATES)[number];

  @ApiPropertyOptional({ description: 'nextCursor of the answer before.' })
  @Omittable()
  @IsString({ message: 'Give the nextCursor of the answer before, as it was.' })
  cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @Type(() => Number)
  @Omittable()
  @IsInt({ message: 'Ask for 1 to 200 users.' })
  @Min(1, { message: 'Ask for 1 to 200 users.' })
  @Max(200, { message: 'Ask for 1 to 200 users.' })
  limit = 50;
}

export class ChangeUserForm {
  @ApiPropertyOptional({ description: 'false: switched off, can neither sign in nor act.' })
  @Switch()
  @Omittable()
  @IsBoolean({ message: 'Say true or false.' })
  isActive?: boolean;

  @ApiPropertyOptional({ description: 'Whether the person runs the instance.' })
  @Switch()
  @Omittable()
  @IsBoolean({ message: 'Say true or false.' })
  isAdmin?: boolean;
}
