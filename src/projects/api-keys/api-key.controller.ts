import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { currentUser, type CurrentUser, Who } from '../../auth/index.js';
import { Answers } from '../../shared/api/index.js';
import { type Answer, FormView, page } from '../../shared/html/index.js';
import { FilledConfigs } from '../connect/filled-configs.service.js';
import { EndpointLister } from '../endpoint-lister.js';
import { ProjectContext } from '../project-context.js';
import { InProject, NeedsRole } from '../project.decorators.js';
import { RotateApiKeyForm } from './api-key.form.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyView, NewApiKey } from './api-key.view.js';
import { KeyRotation } from './key-rotation.service.js';
import { keyRow } from './key-rows.js';

const DAY = '24';

@ApiTags('api keys')
@Controller('projects/:project/api-keys/:id')
export class ApiKeyController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly rotation: KeyRotation,
    private readonly endpoints: EndpointLister,
    private readonly configs: FilledConfigs,
  ) {}

  @ApiOperation({ summary: 'A key, without the key itself' })
  @Answers(ApiKeyView)
  @Get()
  async show(@InProject() project: ProjectContext, @Who() user: CurrentUser, @Param('id') id: string): Promise<Answer> {
    const key = await this.keys.find(project.id, id);
    const form = { values: { overlapHours: DAY }, errors: {} };
    return page('projects/api-key', key, { key: await this.row(key, project, user), form });
  }

  @ApiOperation({
    summary: 'Make a new key like this one, which ends after the overlap; the answer alone holds the new key',
  })
  @Answers(NewApiKey, { status: 201, errors: { 409: 'The key has ended, or was rotated already.' } })
  @NeedsRole('Developer')
  @FormView('projects/api-key', { load: 'around' })
  @Post('rotate')
  async rotate(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('id') id: string,
    @Body() form: RotateApiKeyForm,
  ): Promise<Answer> {
    const made = await this.rotation.rotate(project, id, form, user);
    const html = { ...(await this.configs.withKey(project, made.key, {})), keyId: made.apiKey.id };
    return page('projects/api-key-created', made, html, { status: 201 });
  }

  /** What the form shows beside what was sent. */
  async around(request: Request): Promise<object> {
    const [project, user] = [request.project as ProjectContext, currentUser(request) as CurrentUser];
    const key = await this.keys.find(project.id, String(request.params['id']));
    return { key: await this.row(key, project, user) };
  }

  private async row(key: ApiKeyView, project: ProjectContext, user: CurrentUser): Promise<object> {
    return keyRow(key, project, user, await this.endpoints.list(project.id));
  }
}
