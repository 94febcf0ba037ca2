import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { InProject, ProjectContext } from '../projects/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, page } from '../shared/html/index.js';
import { CatalogueService } from './catalogue.service.js';
import { ServerPages } from './server-pages.service.js';
import { ServerConfiguration } from './server.view.js';
import { ServersService } from './servers.service.js';
import { PromptView, promptView, ResourceView, resourceView } from './tool.view.js';

@ApiTags('servers')
@Controller('projects/:project/servers/:server')
export class CatalogueController {
  constructor(
    private readonly servers: ServersService,
    private readonly catalogue: CatalogueService,
    private readonly pages: ServerPages,
  ) {}

  @ApiOperation({ summary: 'The prompts of the server, as it described them' })
  @Answers(listOf(PromptView))
  @Get('prompts')
  async prompts(@InProject() project: ProjectContext, @Param('server') name: string): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    const items = (await this.catalogue.prompts(server)).map(promptView);
    return page('servers/prompts', { items, nextCursor: null }, await this.pages.around(project, server));
  }

  @ApiOperation({ summary: 'The resources and resource templates of the server, as it described them' })
  @Answers(listOf(ResourceView))
  @Get('resources')
  async resources(@InProject() project: ProjectContext, @Param('server') name: string): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    const items = (await this.catalogue.resources(server)).map(resourceView);
    return page('servers/resources', { items, nextCursor: null }, await this.pages.around(project, server));
  }

  @ApiOperation({ summary: 'How the server is reached, without secrets' })
  @Answers(ServerConfiguration)
  @Get('configuration')
  async configuration(@InProject() project: ProjectContext, @Param('server') name: string): Promise<Answer> {
    const around = await this.pages.around(project, await this.servers.find(project.id, name));
    const { command, args, cwd, url, env, headers, transport } = around.server;
    const { timeoutMs, pool, maxConnections, maxConcurrency } = around.server;
    const reach = { transport, command, args, cwd, url, env, headers };
    return page('servers/configuration', { ...reach, timeoutMs, pool, maxConnections, maxConcurrency }, around);
  }
}
