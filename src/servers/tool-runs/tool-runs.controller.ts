import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { type CurrentUser, Who } from '../../auth/index.js';
import { InProject, NeedsRole, ProjectContext } from '../../projects/index.js';
import { Answers } from '../../shared/api/index.js';
import { type Answer, FormView, page } from '../../shared/html/index.js';
import { TrustedProxies } from '../../shared/http/index.js';
import { ToolView, toolView } from '../tool.view.js';
import { ToolRunPage } from './tool-run-page.service.js';
import { argumentsOf, ToolRunForm } from './tool-run.form.js';
import { schemaOf, ToolRun, ToolRuns } from './tool-run.service.js';

const PAGE = 'servers/tool';
const FRAGMENT = { partial: 'servers/_run' };

@ApiTags('tools')
@Controller('projects/:project/servers/:server/tools/:tool')
export class ToolRunsController {
  constructor(
    private readonly runs: ToolRuns,
    private readonly page: ToolRunPage,
    private readonly proxies: TrustedProxies,
  ) {}

  @ApiOperation({ summary: 'One tool' })
  @Answers(ToolView)
  @Get()
  async show(
    @InProject() project: ProjectContext,
    @Param('server') serverName: string,
    @Param('tool') toolName: string,
    @Query() { as }: ToolRunForm,
  ): Promise<Answer> {
    const { server, tool } = await this.page.find(project, serverName, toolName);
    return page(PAGE, toolView(tool), await this.page.html({ project, server, tool, as, values: {} }));
  }

  /** Shows the same arguments in the other form; nothing is run. */
  @ApiExcludeEndpoint()
  @NeedsRole('Developer')
  @FormView(PAGE, { load: 'around' })
  @HttpCode(200)
  @Post('form')
  async switch(
    @InProject() project: ProjectContext,
    @Param('server') serverName: string,
    @Param('tool') toolName: string,
    @Body() form: ToolRunForm,
  ): Promise<Answer> {
    const { server, tool } = await this.page.find(project, serverName, toolName);
    const values = argumentsOf(form, schemaOf(tool), true);
    const as = form.as === 'json' ? 'form' : 'json';
    return page(PAGE, { arguments: values }, await this.page.html({ project, server, tool, as, values }), FRAGMENT);
  }

  @ApiOperation({ summary: 'Run the tool; the call is recorded like any other' })
  @Answers(ToolRun, {
    errors: {
      409: 'The server or the tool is switched off, or the server waits for a secret.',
      502: 'The server gave no result.',
      504: 'The server did not answer in time.',
    },
  })
  @NeedsRole('Developer')
  @FormView(PAGE, { load: 'around' })
  @Post('execute')
  async run(
    @InProject() project: ProjectContext,
    @Who() { id: userId }: CurrentUser,
    @Req() request: Request,
    @Body() form: ToolRunForm,
  ): Promise<Answer> {
    const { server, tool } = await this.page.find(project, ...namesIn(request));
    const values = argumentsOf(form, schemaOf(tool), !!request.is('urlencoded'));
    const runner = { userId, ip: this.proxies.clientIp(request), userAgent: request.get('user-agent') ?? null };
    const run = await this.runs.run(server, tool, values, runner);
    return page(PAGE, run, await this.page.html({ project, server, tool, as: form.as, values, run }), FRAGMENT);
  }

  /** What the page shows beside a form that was refused. */
  async around(request: Request): Promise<object> {
    const project = request.project as ProjectContext;
    const { server, tool } = await this.page.find(project, ...namesIn(request));
    const { as, arguments: values } = request.body as ToolRunForm;
    return this.page.html({ project, server, tool, as, values: values ?? {} });
  }
}

function namesIn({ params }: Request): [server: string, tool: string] {
  return [String(params.server), String(params.tool)];
}
