import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { Type } from 'class-transformer';
import { Omittable, Slug, Switch, Text, Trim } from '../shared/form-fields.js';
import { CallTimeout } from './limit-fields.js';

const NAME = 'Give the project a name of 1 to 100 characters.';
const DESCRIPTION = 'Describe the project in at most 1000 characters.';

export class CreateProjectForm {
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

export class ChangeProjectForm {
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

  @ApiPropertyOptional({ description: 'Whether clients may reach all servers through one endpoint.' })
  @Switch()
  @Omittable()
  @IsBoolean({ message: 'Say true or false.' })
  unifiedEnabled?: boolean;

  @CallTimeout()
  callTimeoutMs?: number | null;
}

export class ProjectsQuery {
  @ApiPropertyOptional({ description: 'Part of the name, slug or description.' })
  @Trim({ empty: 'omitted' })
  @Omittable()
  @Text(1, 200, 'Search for one text of at most 200 characters.')
  q?: string;

  @ApiPropertyOptional({
    description: 'Favorites first, for a switcher that stays in this section, such as `servers`.',
  })
  @Omittable()
  @Matches(/^[a-z-]{0,30}$/, { message: 'Name the section as it stands in the address.' })
  section?: string;

  @ApiPropertyOptional({ description: 'nextCursor of the answer before.' })
  @Omittable()
  @IsString({ message: 'Give the nextCursor of the answer before, as it was.' })
  cursor?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @Type(() => Number)
  @Omittable()
  @IsInt({ message: 'Ask for 1 to 200 projects.' })
  @Min(1, { message: 'Ask for 1 to 200 projects.' })
  @Max(200, { message: 'Ask for 1 to 200 projects.' })
  limit = 50;
}
