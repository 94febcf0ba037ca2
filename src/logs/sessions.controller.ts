import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { InProject, ProjectContext } from '../projects/index.js';
import { ServerPages, ServersService } from '../servers/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, page } from '../shared/html/index.js';
import { PageQuery, paging } from '../shared/lists/index.js';
import { ClientSessionsService, SessionView } from './client-sessions.service.js';

@ApiTags('sessions')
@Controller('projects/:project')
export class SessionsController {
  constructor(
    private readonly sessions: ClientSessionsService,
    private readonly servers: ServersService,
    private readonly pages: ServerPages,
  ) {}

  @ApiOperation({ summary: 'Connections of MCP clients, newest first' })
  @Answers(listOf(SessionView))
  @Get('sessions')
  async index(@InProject() project: ProjectContext, @Query() query: PageQuery): Promise<Answer> {
    const list = await this.sessions.list(project.id, query);
    return page('logs/sessions', list, paging(`/projects/${project.slug}/sessions`, query, list), partial(query));
  }

  @ApiOperation({ summary: 'Connections of MCP clients to one server, newest first' })
  @Answers(listOf(SessionView))
  @Get('servers/:server/sessions')
  async ofServer(
    @InProject() project: ProjectContext,
    @Param('server') idOrName: string,
    @Query() query: PageQuery,
  ): Promise<Answer> {
    const server = await this.servers.find(project.id, idOrName);
    const list = await this.sessions.list(project.id, query, server.id);
    const path = `/projects/${project.slug}/servers/${server.id}/sessions`;
    return page(
      'logs/sessions',
      list,
      { ...paging(path, query, list), ...(await this.pages.around(project, server)) },
      partial(query),
    );
  }
}

const partial = ({ cursor }: PageQuery) => ({ partial: cursor ? 'logs/_sessions' : undefined });
