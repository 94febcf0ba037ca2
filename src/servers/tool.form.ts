import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString } from 'class-validator';
import { Switch } from '../shared/form-fields.js';

export class ToolChanges {
  @ApiProperty()
  @Switch()
  @IsBoolean({ message: 'Say true or false.' })
  enabled!: boolean;
}

export class ToolsQuery {
  @ApiPropertyOptional({ description: 'Part of a name, title or description.' })
  @IsOptional()
  @IsString({ message: 'Give a text to look for.' })
  q?: string;
}
