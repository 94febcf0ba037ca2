import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { InProject, NeedsRole, ProjectContext } from '../projects/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, page, saved } from '../shared/html/index.js';
import { ConnectionsService } from './connections.service.js';
import { ConnectionView } from './connections.view.js';
import { ServerPages } from './server-pages.service.js';
import { ServersService } from './servers.service.js';

@ApiTags('servers')
@Controller('projects/:project/servers/:server/connections')
export class ConnectionsController {
  constructor(
    private readonly servers: ServersService,
    private readonly connections: ConnectionsService,
    private readonly pages: ServerPages,
  ) {}

  @ApiOperation({
    summary: 'The open connections to the server and its processes, of the gateway process that answers',
  })
  @Answers(listOf(ConnectionView))
  @Get()
  async index(@InProject() project: ProjectContext, @Param('server') name: string): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    const items = await this.connections.list(server);
    const around = await this.pages.around(project, server);
    return page('servers/connections', { items, nextCursor: null }, around, { partial: 'servers/_connections' });
  }

  @ApiOperation({ summary: 'End a connection: its calls fail, the next call opens a new one' })
  @Answers(listOf(ConnectionView))
  @NeedsRole('Developer')
  @Post(':id/stop')
  async stop(
    @InProject() project: ProjectContext,
    @Param('server') name: string,
    @Param('id') id: string,
  ): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    await this.connections.stop(server, id);
    const items = await this.connections.list(server);
    const data = { items, ...(await this.pages.around(project, server)) };
    return saved(
      `/projects/${project.slug}/servers/${server.id}/connections`,
      { items, nextCursor: null },
      { notice: 'The connection is closed.', partial: { template: 'servers/_connections', data } },
    );
  }
}
