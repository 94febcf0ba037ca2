import { randomUUID } from 'node:crypto';
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { type CurrentUser, Who } from '../../auth/index.js';
import { Answers, listOf } from '../../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../../shared/html/index.js';
import { ConnectQuery } from '../connect/connect.form.js';
import { FilledConfigs } from '../connect/filled-configs.service.js';
import { EndpointLister } from '../endpoint-lister.js';
import { ProjectContext } from '../project-context.js';
import { InProject, NeedsRole } from '../project.decorators.js';
import { ApiKeysQuery, CreateApiKeyForm } from './api-key.form.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyView, NewApiKey } from './api-key.view.js';
import { keyRow, serverChoices } from './key-rows.js';

const DEFAULTS = { expiry: '90', reach: 'project' };

@ApiTags('api keys')
@Controller('projects/:project/api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly configs: FilledConfigs,
    private readonly endpoints: EndpointLister,
  ) {}

  @ApiOperation({ summary: 'The keys of the project, without the keys themselves' })
  @Answers(listOf(ApiKeyView))
  @Get()
  async index(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Query() { made }: ApiKeysQuery,
  ): Promise<Answer> {
    const items = await this.keys.list(project.id, made === 'mine' ? user.id : undefined);
    const servers = await this.endpoints.list(project.id);
    const rows = items.map((key) => keyRow(key, project, user, servers));
    return page('projects/api-keys', { items, nextCursor: null }, { rows, made, canMake: project.can('keys.write') });
  }

  @NeedsRole('Developer')
  @ApiExcludeEndpoint()
  @Get('new')
  async new(@InProject() project: ProjectContext, @Query() { client, endpoint }: ConnectQuery): Promise<Answer> {
    const values = { ...DEFAULTS, client, endpoint, formToken: randomUUID() };
    const servers = serverChoices(await this.endpoints.list(project.id), []);
    return page('projects/api-key-new', {}, { servers, form: { values, errors: {} } });
  }

  @ApiOperation({ summary: 'Make a key; this answer is the only one that holds it' })
  @Answers(NewApiKey, { status: 201 })
  @NeedsRole('Developer')
  @FormView('projects/api-key-new', { load: 'around' })
  @Post()
  async create(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Body() form: CreateApiKeyForm,
  ): Promise<Answer> {
    const made = await this.keys.create(project.id, form, user);
    const html = { ...(await this.configs.withKey(project, made.key, form)), keyId: made.apiKey.id };
    return page('projects/api-key-created', made, html, { status: 201 });
  }

  @ApiOperation({ summary: 'Revoke a key, at once and for good' })
  @Answers(null)
  @NeedsRole('Developer')
  @Delete(':id')
  async revoke(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('id') id: string,
  ): Promise<Answer> {
    await this.keys.revoke(project, id, user);
    return saved(`/projects/${project.slug}/api-keys`, null, { notice: 'The key is revoked.' });
  }

  /** What the form shows beside what was sent. */
  async around({ project, body }: Request): Promise<object> {
    const servers = await this.endpoints.list((project as ProjectContext).id);
    return { servers: serverChoices(servers, (body as Partial<CreateApiKeyForm>).servers) };
  }
}
