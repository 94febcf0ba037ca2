import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  Equals,
  IsArray,
  IsBoolean,
  IsDefined,
  IsObject,
  IsOptional,
  Max,
  ValidateNested,
} from 'class-validator';
import { Omittable } from '../../shared/form-fields.js';
import { CallTimeout, IpRanges, RequestLimit } from '../limit-fields.js';
import { CreateProjectForm } from '../project.form.js';
import { FORMAT } from './project-export.view.js';

export const VERSION = 1;
const MOST_SERVERS = 500;

class ImportedSettings extends CreateProjectForm {
  @Omittable()
  @IsBoolean({ message: 'Say true or false.' })
  unifiedEnabled?: boolean;

  @Omittable()
  @IsBoolean({ message: 'Say true or false.' })
  authRequired?: boolean;

  @CallTimeout()
  callTimeoutMs?: number | null;

  @IpRanges()
  allowedIpRanges?: string[];

  @RequestLimit('null: no limit.')
  rateLimitPerMinute?: number | null;

  @RequestLimit('null: no limit.')
  rateLimitPerDay?: number | null;
}

/** What an export says; each server is checked as any other registration. */
export class ProjectDocument {
  @Equals(FORMAT, { message: `Give the export of a project: its format is "${FORMAT}".` })
  format!: string;

  @Max(VERSION, { message: 'This export was made by a newer version: update this instance first.' })
  version!: number;

  @IsOptional()
  exportedAt?: string;

  @Type(() => ImportedSettings)
  @ValidateNested()
  @IsObject({ message: 'Give the settings of the project.' })
  @IsDefined({ message: 'Give the settings of the project.' })
  project!: ImportedSettings;

  @ArrayMaxSize(MOST_SERVERS, { message: `Import at most ${MOST_SERVERS} servers at once.` })
  @IsArray({ message: 'Give the servers as a list.' })
  servers: unknown[] = [];

  @IsOptional()
  members?: unknown;
}
