import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { type CurrentUser, Who } from '../auth/index.js';
import { InProject, ProjectContext } from '../projects/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, FormView, page } from '../shared/html/index.js';
import { callFilter, CallQuery } from './call-filter.js';
import { fragmentFor, listPage, metricsInWords } from './call-list.view.js';
import { CallMetrics, CallMetricsService } from './call-metrics.service.js';
import { CallView } from './call.view.js';
import { CallsService, Facets } from './calls.service.js';

@ApiTags('call log')
@Controller('projects/:project/tool-call-logs')
export class ToolCallLogsController {
  constructor(
    private readonly calls: CallsService,
    private readonly metrics: CallMetricsService,
  ) {}

  @ApiOperation({ summary: 'Calls of the project, newest first; of the last 30 minutes unless a time is given' })
  @Answers(listOf(CallView))
  @FormView('logs/calls', { load: 'unfiltered' })
  @Get()
  async index(@InProject() project: ProjectContext, @Query() query: CallQuery): Promise<Answer> {
    const filter = callFilter(project.id, query);
    const list = await this.calls.list(filter);
    const isPart = query.cursor !== undefined || query.limit !== undefined;
    const facets = isPart ? undefined : await this.calls.facets(filter, ['status', 'tool', 'server']);
    const hasAny = list.items.length > 0 || (await this.calls.any(project.id));
    return page('logs/calls', list, listPage(project, filter, list, facets, hasAny), { partial: fragmentFor(query) });
  }

  @ApiOperation({ summary: 'Figures about the calls that the filter finds' })
  @Answers(CallMetrics)
  @Get('metrics')
  async figures(@InProject() project: ProjectContext, @Query() query: CallQuery): Promise<Answer> {
    const metrics = await this.metrics.of(callFilter(project.id, query));
    return page('logs/metrics', metrics, metricsInWords(metrics));
  }

  @ApiOperation({ summary: 'The values to filter by, each with its number of calls' })
  @Answers(Facets)
  @Get('facets')
  async facets(@InProject() project: ProjectContext, @Query() query: CallQuery): Promise<Answer> {
    const facets = await this.calls.facets(callFilter(project.id, query));
    return page('logs/facets', facets, { facets });
  }

  @ApiOperation({ summary: 'One call with its whole payloads' })
  @Answers(CallView)
  @Get(':id')
  async show(@InProject() project: ProjectContext, @Who() user: CurrentUser, @Param('id') id: string): Promise<Answer> {
    const call = await this.calls.find(project.id, id);
    // The page's `user` is who looks at it, not who made the call.
    return page('logs/call', call, { call, user }, { partial: 'logs/_call-detail' });
  }

  /** The page under a filter that could not be understood. */
  async unfiltered(request: Request): Promise<object> {
    const project = request.project as ProjectContext;
    const filter = callFilter(project.id, {});
    const facets = await this.calls.facets(filter, ['status', 'tool', 'server']);
    return { ...listPage(project, filter, { items: [], nextCursor: null }, facets), query: request.query };
  }
}
