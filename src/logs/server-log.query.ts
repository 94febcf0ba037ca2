import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { OptionalList, OptionalRange, OptionalText, OptionalTime, PageQuery } from '../shared/lists/index.js';

export const LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const;
export type Level = (typeof LEVELS)[number];
export const ERROR_LEVELS: Level[] = ['error', 'critical'];

/** What may stand in the query of the server logs' URLs. */
export class ServerLogQuery extends PageQuery {
  @OptionalTime() from?: string;
  @OptionalTime() to?: string;
  @OptionalRange() range?: string;
  @OptionalText(200) q?: string;

  @OptionalList(IsIn(LEVELS, { each: true, message: `A level is one of ${LEVELS.join(', ')}.` }))
  level?: Level[];
}

const DAYS = 'Say how old, in whole days from 0 to 3650.';

/** Which server logs are to be deleted. */
export class PurgeQuery {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 3650, description: 'Whole days; 0: all of them.' })
  @Transform(({ value }: { value: unknown }) => (value === '' ? undefined : Number(value)))
  @IsInt({ message: DAYS })
  @Min(0, { message: DAYS })
  @Max(3650, { message: DAYS })
  olderThanDays!: number;
}
