import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsString, Max, Min } from 'class-validator';
import { Omittable, Slug, Text, Trim } from '../shared/form-fields.js';

const NAME = 'Give the team a name of 1 to 100 characters.';
const DESCRIPTION = 'Describe the team in at most 1000 characters.';
const LIMIT = 'Ask for 1 to 200 at once.';

export class CreateTeamForm {
  @ApiProperty({ minLength: 1, maxLength: 100 })
  @Trim()
  @Text(1, 100, NAME)
  name!: string;

  @ApiPropertyOptional({ maxLength: 1000 })
  @Trim()
  @Omittable()
  @Text(0, 1000, DESCRIPTION)
  description?: string;

  @ApiPropertyOptional({ description: 'Made from the name when left out.', example: 'web-team' })
  @Trim({ empty: 'omitted' })
  @Omittable()
  @Slug()
  slug?: string;
}

export class ChangeTeamForm {
  @ApiPropertyOptional({ minLength: 1, maxLength: 100 })
  @Trim()
  @Omittable()
  @Text(1, 100, NAME)
  name?: string;

  @ApiPropertyOptional({ maxLength: 1000 })
  @Trim()
  @Omittable()
  @Text(0, 1000, DESCRIPTION)
  description?: string;

  @ApiPropertyOptional({ example: 'web-team' })
  @Trim()
  @Omittable()
  @Slug()
  slug?: string;
}

/** A page of teams, or of a team's people. */
export class TeamsQuery {
  @ApiPropertyOptional({ description: 'Part of what it is called.' })
  @Trim({ empty: 'omitted' })
  @Omittable()
  @Text(1, 200, 'Search for one text of at most 200 characters.')
  q?: string;

  @ApiPropertyOptional({ description: 'nextCursor of the answer before.' })
  @Omittable()
  @IsString({ message: 'Give the nextCursor of the answer before, as it was.' })
  cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @Type(() => Number)
  @Omittable()
  @IsInt({ message: LIMIT })
  @Min(1, { message: LIMIT })
  @Max(200, { message: LIMIT })
  limit = 50;
}
