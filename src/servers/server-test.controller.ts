import { Body, Controller, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { InProject, NeedsRole, ProjectContext } from '../projects/index.js';
import { Answers } from '../shared/api/index.js';
import { CONFIG, type Config } from '../shared/config/index.js';
import { type Answer, FormView, page } from '../shared/html/index.js';
import { asRegistration, ServerChanges, TrialForm } from './server.form.js';
import { ServerPages } from './server-pages.service.js';
import { ServerTest, TestView } from './server-test.service.js';
import { ServersService } from './servers.service.js';

/** What is tried before it has a name is called so in what it says. */
const UNNAMED = 'server';

const ANSWER = Answers(TestView, { errors: { 409: 'Values are missing without which it cannot be reached.' } });

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
  @ANSWER
  @Post('test')
  async unsaved(
    @InProject() project: ProjectContext,
    @Req() request: Request,
    @Body() form: TrialForm,
  ): Promise<Answer> {
    const test = await this.tests.unsaved(
      project,
      asRegistration({ ...form, name: form.name ?? UNNAMED }, project.callTimeoutMs ?? this.config.callTimeoutMs),
    );
    const sent = request.body as TrialForm;
    const html = { ...this.pages.form(project, sent), test, form: { values: sent, errors: {} } };
    return page('servers/new', test, html, { partial: 'servers/_tested' });
  }

  @ApiOperation({ summary: 'Try the server over a connection of its own, which is closed again' })
  @ANSWER
  @Post(':server/test')
  async saved(@InProject() project: ProjectContext, @Param('server') name: string): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    const test = await this.tests.saved(server);
    const html = { ...(await this.pages.around(project, server)), urls: this.pages.urls(project, server), test };
    return page('servers/show', test, html, { partial: 'servers/_test' });
  }

  /** Nothing is saved; secrets that are not typed are the stored ones. */
  @ApiOperation({ summary: 'Try the server as it would be with these changes' })
  @FormView('servers/edit', { load: 'around' })
  @ANSWER
  @Post(':server/edit/test')
  async changed(
    @InProject() project: ProjectContext,
    @Req() request: Request,
    @Param('server') name: string,
    @Body() changes: ServerChanges,
  ): Promise<Answer> {
    const test = await this.tests.changed(project, await this.servers.find(project.id, name), changes);
    const html = { ...(await this.around(request)), test, form: { values: request.body as object, errors: {} } };
    return page('servers/edit', test, html, { partial: 'servers/_tested' });
  }

  /** What the forms show beside what was sent. */
  async around({ project, params, body }: Request): Promise<object> {
    const context = project as ProjectContext;
    const server = typeof params.server === 'string' ? await this.servers.find(context.id, params.server) : undefined;
    return this.pages.formAround(context, body as Partial<ServerChanges>, server);
  }
}
