import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { InProject, NeedsRole, ProjectContext } from '../projects/index.js';
import { CONFIG, type Config } from '../shared/config/index.js';
import { type Answer, FormView, page } from '../shared/html/index.js';
import { asRegistration, ServerForm } from './server.form.js';
import { ServerPages } from './server-pages.service.js';
import { ServerTest } from './server-test.service.js';
import { ServersService } from './servers.service.js';

@ApiTags('servers')
@NeedsRole('Developer')
@Controller('projects/:project/servers')
export class ServerTestController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly servers: ServersService,
    private readonly tests: ServerTest,
    private readonly pages: ServerPages,
  ) {}

  @ApiOperation({ summary: 'Try a server that is not added yet: connect, initialize, read its lists, close' })
  @FormView('servers/new', { load: 'around' })
  @HttpCode(200)
  @Post('test')
  async unsaved(
    @InProject() project: ProjectContext,
    @Req() request: Request,
    @Body() form: ServerForm,
  ): Promise<Answer> {
    const test = await this.tests.unsaved(project, asRegistration(form, this.config.callTimeoutMs));
    const sent = request.body as Partial<ServerForm>;
    const html = { ...this.pages.form(project, sent), test, form: { values: sent, errors: {} } };
    return page('servers/new', test, html, { partial: 'servers/_tested' });
  }

  @ApiOperation({ summary: 'Try the server over a connection of its own, which is closed again' })
  @HttpCode(200)
  @Post(':server/test')
  async saved(@InProject() project: ProjectContext, @Param('server') name: string): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    const test = await this.tests.saved(server);
    return page(
      'servers/show',
      test,
      { ...(await this.pages.around(project, server)), test },
      { partial: 'servers/_test' },
    );
  }

  /** What the form shows beside what was sent. */
  around({ project, body }: Request): Promise<object> {
    return Promise.resolve(this.pages.form(project as ProjectContext, body as Partial<ServerForm>));
  }
}
