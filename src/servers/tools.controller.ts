import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../auth/index.js';
import { InProject, NeedsRole, ProjectContext } from '../projects/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, page, saved } from '../shared/html/index.js';
import { CatalogueService } from './catalogue.service.js';
import { ServerPages } from './server-pages.service.js';
import { ServersService } from './servers.service.js';
import { ToolFacts } from './tool-facts.js';
import { ToolChanges, ToolsQuery } from './tool.form.js';
import { matches, ToolView, toolView } from './tool.view.js';

@ApiTags('tools')
@Controller('projects/:project/servers/:server/tools')
export class ToolsController {
  constructor(
    private readonly servers: ServersService,
    private readonly catalogue: CatalogueService,
    private readonly facts: ToolFacts,
    private readonly pages: ServerPages,
  ) {}

  @ApiOperation({ summary: 'The tools of the server, in its order' })
  @Answers(listOf(ToolView))
  @Get()
  async index(
    @InProject() project: ProjectContext,
    @Param('server') name: string,
    @Query() { q }: ToolsQuery,
  ): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    const [tools, facts] = await Promise.all([this.catalogue.tools(server), this.facts.of(project.id, server.id)]);
    const items = tools.map((tool) => toolView(tool, facts.get(tool.name))).filter((tool) => matches(tool, q));
    const html = { ...(await this.pages.around(project, server)), q, canChange: project.can('servers.write') };
    return page('servers/tools', { items, nextCursor: null }, html, { partial: 'servers/_tools' });
  }

  @ApiOperation({ summary: 'Switch a tool on or off: one that is off is neither listed nor callable' })
  @Answers(ToolView)
  @NeedsRole('Developer')
  @Patch(':tool')
  async update(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('server') name: string,
    @Param('tool') toolName: string,
    @Body() { enabled }: ToolChanges,
  ): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    const view = toolView(await this.catalogue.enableTool(server, toolName, enabled, user));
    const { server: row } = await this.pages.around(project, server);
    const data = { ...view, server: row, canChange: true };
    const notice = `The tool "${view.name}" is ${enabled ? 'on' : 'off'}.`;
    return saved(`${row.href}/tools`, view, { notice, partial: { template: 'servers/_tool', data } });
  }
}
