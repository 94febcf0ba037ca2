import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { Omittable, Switch } from '../../shared/form-fields.js';
import { IpRanges, RequestLimit } from '../limit-fields.js';

/** What is left out stays as it is. */
export class SecurityForm {
  @ApiPropertyOptional({ description: 'false: MCP clients need no API key.' })
  @Switch()
  @Omittable()
  @IsBoolean({ message: 'Say true or false.' })
  authRequired?: boolean;

  @IpRanges()
  allowedIpRanges?: string[];

  @RequestLimit('For each key that sets no limit of its own; null: no limit.')
  rateLimitPerMinute?: number | null;

  @RequestLimit('For each key that sets no limit of its own; null: no limit.')
  rateLimitPerDay?: number | null;

  @ApiPropertyOptional({ default: false, description: 'Also when the ranges leave out the address you ask from.' })
  @Switch()
  @Omittable()
  @IsBoolean({ message: 'Say true or false.' })
  acceptLockout?: boolean;
}
