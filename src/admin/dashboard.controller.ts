import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../auth/index.js';
import { Answers } from '../shared/api/index.js';
import { type Answer, page } from '../shared/html/index.js';
import { Dashboard } from './dashboard.service.js';
import { DashboardView } from './dashboard.view.js';

@ApiTags('admin')
@AdminOnly()
@Controller('admin')
export class DashboardController {
  constructor(private readonly dashboard: Dashboard) {}

  @ApiOperation({ summary: 'The instance in numbers' })
  @Answers(DashboardView)
  @Get()
  async show(): Promise<Answer> {
    const numbers = await this.dashboard.read();
    const statuses = Object.entries(numbers.servers).map(([name, count]) => ({ name, count }));
    const { successRate } = numbers.calls24h;
    const success = successRate === null ? null : `${(100 * successRate).toFixed(1)} %`;
    return page('admin/dashboard', numbers, { statuses, success, uptimeMs: 1000 * numbers.uptimeSeconds });
  }
}
