import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { type CurrentUser, Who } from '../auth/index.js';
import { InProject, NeedsRole, ProjectContext } from '../projects/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { CONFIG, type Config } from '../shared/config/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { asRegistration, NewServerQuery, ServerChanges, ServerForm } from './server.form.js';
import { ServerPages } from './server-pages.service.js';
import { ServerView } from './server.view.js';
import { ServersService } from './servers.service.js';

@ApiTags('servers')
@Controller('projects/:project/servers')
export class ServersController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly servers: ServersService,
    private readonly pages: ServerPages,
  ) {}

  @ApiOperation({ summary: 'The servers of the project as they were last seen; none is asked' })
  @Answers(listOf(ServerView))
  @Get()
  async index(@InProject() project: ProjectContext): Promise<Answer> {
    const items = await this.pages.views(await this.servers.list(project.id));
    const html = this.pages.list(project, items);
    return page('servers/index', { items, nextCursor: null }, html, { partial: 'servers/_list' });
  }

  @ApiExcludeEndpoint()
  @NeedsRole('Developer')
  @Get('new')
  new(@InProject() project: ProjectContext, @Query() { transport }: NewServerQuery): Answer {
    return page('servers/new', {}, { ...this.pages.form(project, { transport }), form: { values: {}, errors: {} } });
  }

  @ApiOperation({ summary: 'Add a server; what it offers is found out behind, until then its status is "starting"' })
  @Answers(ServerView, { status: 201 })
  @NeedsRole('Developer')
  @FormView('servers/new', { load: 'around' })
  @Post()
  async create(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Body() form: ServerForm,
  ): Promise<Answer> {
    const registration = asRegistration(form, project.callTimeoutMs ?? this.config.callTimeoutMs);
    const server = await this.servers.create(project, user, registration);
    const notice = `The server "${server.name}" is added.`;
    return saved(pathOf(project, server.id), await this.pages.view(server), { status: 201, notice });
  }

  @ApiOperation({ summary: 'One server; as a fragment: its status' })
  @Answers(ServerView)
  @Get(':server')
  async show(@InProject() project: ProjectContext, @Param('server') name: string): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    const html = { ...(await this.pages.around(project, server)), urls: this.pages.urls(project, server) };
    return page('servers/show', await this.pages.view(server), html, { partial: 'servers/_status' });
  }

  @ApiExcludeEndpoint()
  @NeedsRole('Developer')
  @Get(':server/edit')
  async edit(@InProject() project: ProjectContext, @Param('server') name: string): Promise<Answer> {
    const around = await this.pages.around(project, await this.servers.find(project.id, name));
    const form = { values: around.server, errors: {} };
    return page('servers/edit', {}, { ...around, ...this.pages.form(project, around.server), form });
  }

  @ApiOperation({ summary: 'Change what is given; env and headers are merged by name, null removes one' })
  @Answers(ServerView)
  @NeedsRole('Developer')
  @FormView('servers/edit', { load: 'around' })
  @Patch(':server')
  async update(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('server') name: string,
    @Body() changes: ServerChanges,
  ): Promise<Answer> {
    const server = await this.servers.update(project, await this.servers.find(project.id, name), changes, user);
    return saved(pathOf(project, server.id), await this.pages.view(server), { notice: 'The changes are saved.' });
  }

  @ApiOperation({ summary: 'Delete the server; its calls stay in the log' })
  @Answers(null)
  @NeedsRole('Developer')
  @Delete(':server')
  async destroy(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('server') name: string,
  ): Promise<Answer> {
    const server = await this.servers.find(project.id, name);
    await this.servers.remove(project, server, user);
    return saved(`/projects/${project.slug}/servers`, null, { notice: `The server "${server.name}" is deleted.` });
  }

  /** What the forms show beside what was sent. */
  async around({ project, params, body }: Request): Promise<object> {
    const context = project as ProjectContext;
    const server = typeof params.server === 'string' ? await this.servers.find(context.id, params.server) : undefined;
    return this.pages.formAround(context, body as Partial<ServerForm>, server);
  }
}

function pathOf({ slug }: ProjectContext, id: string): string {
  return `/projects/${slug}/servers/${id}`;
}
