import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, IsString } from 'class-validator';
import { isYes } from './form-values.js';

export class ToolChanges {
  @ApiProperty()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? isYes(value) : value))
  @IsBoolean({ message: 'Say true or false.' })
  enabled!: boolean;
}

export class ToolsQuery {
  /** Part of a name, title or description. */
  @IsOptional()
  @IsString({ message: 'Give a text to look for.' })
  q?: string;
}
