import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../auth/index.js';
import { InProject, NeedsRole, ProjectContext } from '../projects/index.js';
import { ServerPages, ServersService } from '../servers/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, page, saved } from '../shared/html/index.js';
import { ERROR_LEVELS, PurgeQuery, ServerLogQuery } from './server-log.query.js';
import { Deleted, ServerLogSummary, ServerLogView } from './server-log.view.js';
import { serverLogPage } from './server-log-list.view.js';
import { ServerLogsService } from './server-logs.service.js';

@ApiTags('server logs')
@Controller('projects/:project')
export class ServerLogsController {
  constructor(
    private readonly logs: ServerLogsService,
    private readonly servers: ServersService,
    private readonly pages: ServerPages,
  ) {}

  @ApiOperation({ summary: 'What happened to the servers of the project, newest first' })
  @Answers(listOf(ServerLogView))
  @Get('logs')
  async index(@InProject() project: ProjectContext, @Query() query: ServerLogQuery): Promise<Answer> {
    const list = await this.logs.list({ projectId: project.id }, query);
    return serverLogPage(project, query, list);
  }

  @ApiOperation({ summary: 'Delete the server logs of the project that are older than this' })
  @Answers(Deleted)
  @NeedsRole('Owner')
  @Delete('logs')
  async destroy(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Query() { olderThanDays }: PurgeQuery,
  ): Promise<Answer> {
    const deleted = await this.logs.deleteOlder(project.id, olderThanDays, user);
    return saved(`/projects/${project.slug}/logs`, { deleted }, { notice: `${deleted} log entries are deleted.` });
  }

  @ApiOperation({ summary: 'What happened to one server, newest first' })
  @Answers(listOf(ServerLogView))
  @Get('servers/:server/logs')
  async ofServer(
    @InProject() project: ProjectContext,
    @Param('server') idOrName: string,
    @Query() query: ServerLogQuery,
  ): Promise<Answer> {
    const server = await this.servers.find(project.id, idOrName);
    const list = await this.logs.list({ projectId: project.id, serverId: server.id }, query);
    return serverLogPage(project, query, list, (await this.pages.around(project, server)).server);
  }

  @ApiOperation({ summary: 'What went wrong with one server, newest first' })
  @Answers(listOf(ServerLogView))
  @Get('servers/:server/logs/errors')
  async errors(
    @InProject() project: ProjectContext,
    @Param('server') idOrName: string,
    @Query() query: ServerLogQuery,
  ): Promise<Answer> {
    return this.ofServer(project, idOrName, { ...query, level: ERROR_LEVELS });
  }

  @ApiOperation({ summary: 'How much happened to one server in the last 24 hours, or in the time given' })
  @Answers(ServerLogSummary)
  @Get('servers/:server/logs/summary')
  async summary(
    @InProject() project: ProjectContext,
    @Param('server') idOrName: string,
    @Query() query: ServerLogQuery,
  ): Promise<Answer> {
    const server = await this.servers.find(project.id, idOrName);
    const summary = await this.logs.summary({ projectId: project.id, serverId: server.id }, query);
    return page('logs/server-log-summary', summary, { server: { id: server.id, name: server.name } });
  }
}
