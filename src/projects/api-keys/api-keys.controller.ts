import { randomUUID } from 'node:crypto';
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../../auth/index.js';
import { Answers, listOf } from '../../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../../shared/html/index.js';
import { ConnectQuery } from '../connect/connect.form.js';
import { FilledConfigs } from '../connect/filled-configs.service.js';
import { ProjectContext } from '../project-context.js';
import { InProject, NeedsRole } from '../project.decorators.js';
import { CreateApiKeyForm } from './api-key.form.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyView, NewApiKey } from './api-key.view.js';

const DEFAULT_EXPIRY = '90';

@ApiTags('api keys')
@Controller('projects/:project/api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly configs: FilledConfigs,
  ) {}

  @ApiOperation({ summary: 'The keys of the project, without the keys themselves' })
  @Answers(listOf(ApiKeyView))
  @Get()
  async index(@InProject() project: ProjectContext, @Who() user: CurrentUser): Promise<Answer> {
    const items = await this.keys.list(project.id);
    const canRevoke = (key: ApiKeyView) =>
      !key.revokedAt && (project.can('keys.write-all') || (project.can('keys.write') && key.createdBy.id === user.id));
    const rows = items.map((key) => ({ ...key, canRevoke: canRevoke(key) }));
    return page('projects/api-keys', { items, nextCursor: null }, { rows, canMake: project.can('keys.write') });
  }

  @NeedsRole('Developer')
  @ApiExcludeEndpoint()
  @Get('new')
  new(@Query() { client, endpoint }: ConnectQuery): Answer {
    const values = { expiry: DEFAULT_EXPIRY, client, endpoint, formToken: randomUUID() };
    return page('projects/api-key-new', {}, { form: { values, errors: {} } });
  }

  @ApiOperation({ summary: 'Make a key; this answer is the only one that holds it' })
  @Answers(NewApiKey, { status: 201 })
  @NeedsRole('Developer')
  @FormView('projects/api-key-new')
  @Post()
  async create(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Body() form: CreateApiKeyForm,
  ): Promise<Answer> {
    const made = await this.keys.create(project.id, form, user);
    return page('projects/api-key-created', made, await this.around(project, made, form), { status: 201 });
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

  private async around(project: ProjectContext, { key, apiKey }: NewApiKey, form: ConnectQuery) {
    return { ...(await this.configs.withKey(project, key, form)), keyId: apiKey.id };
  }
}
