import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import { DataSource } from 'typeorm';
import { Answers, list, named, type Of, oneOf } from '../api/index.js';
import { Public } from './public.js';

const Health = named(
  'Health',
  { status: oneOf(['ok', 'degraded']) },
  { degraded: list(oneOf(['database']), 'What does not answer.') },
);
type Health = Of<typeof Health>;

@ApiTags('health')
@SkipThrottle()
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly dataSource: DataSource) {}

  @ApiOperation({ summary: 'The process runs' })
  @Answers(Health)
  @Get('live')
  live(): Health {
    return { status: 'ok' };
  }

  /**
   * It can take work. Calls go on from memory while the database is away, so that is "degraded", not "not ready":
   * otherwise a load balancer would take every replica out at once.
   */
  @ApiOperation({ summary: 'It can take work; "degraded" while calls go on from memory' })
  @Answers(Health)
  @Get('ready')
  async ready(): Promise<Health> {
    const ok = await this.dataSource.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return ok ? { status: 'ok' } : { status: 'degraded', degraded: ['database'] };
  }
}
