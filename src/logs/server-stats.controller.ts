import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { InProject, ProjectContext } from '../projects/index.js';
import { ServersService } from '../servers/index.js';
import { Answers } from '../shared/api/index.js';
import { type Answer, page } from '../shared/html/index.js';
import { callFilter, CallQuery } from './call-filter.js';
import { metricsInWords } from './call-list.view.js';
import { CallMetrics, CallMetricsService } from './call-metrics.service.js';

@ApiTags('call log')
@Controller('projects/:project/servers/:server/stats')
export class ServerStatsController {
  constructor(
    private readonly servers: ServersService,
    private readonly metrics: CallMetricsService,
  ) {}

  @ApiOperation({ summary: 'Figures about the calls of one server; of the last 30 minutes unless a time is given' })
  @Answers(CallMetrics)
  @Get()
  async show(
    @InProject() project: ProjectContext,
    @Param('server') idOrName: string,
    @Query() query: CallQuery,
  ): Promise<Answer> {
    const { id, name } = await this.servers.find(project.id, idOrName);
    const metrics = await this.metrics.of(callFilter(project.id, { ...query, server: [id] }));
    return page('logs/metrics', metrics, { ...metricsInWords(metrics), server: { id, name } });
  }
}
