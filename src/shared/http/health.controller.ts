import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import { DataSource } from 'typeorm';
import { Public } from './public.js';

@ApiTags('health')
@SkipThrottle()
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly dataSource: DataSource) {}

  /** The process runs. */
  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /**
   * It can take work. Calls go on from memory while the database is away, so that is "degraded", not "not ready":
   * otherwise a load balancer would take every replica out at once.
   */
  @Get('ready')
  async ready(): Promise<{ status: string; degraded?: string[] }> {
    const ok = await this.dataSource.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return ok ? { status: 'ok' } : { status: 'degraded', degraded: ['database'] };
  }
}
