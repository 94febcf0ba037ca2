import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiExcludeEndpoint, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../auth/index.js';
import { InProject, NeedsRole, ProjectContext } from '../projects/index.js';
import { Answers } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { isYes } from './form-values.js';
import { Imported, ImportPreview, plannedView } from './import/import.view.js';
import { readImport } from './import/import-form.js';
import type { PlannedServer } from './import/import-plan.js';
import { ServerImport } from './server-import.service.js';
import { ServerPages } from './server-pages.service.js';

const NOTICES = ['Nothing is added: the servers are there already.', 'One server is added.'];

@ApiTags('servers')
@NeedsRole('Developer')
@Controller('projects/:project/servers/import')
export class ServerImportController {
  constructor(
    private readonly imports: ServerImport,
    private readonly pages: ServerPages,
  ) {}

  @ApiExcludeEndpoint()
  @Get()
  new(): Answer {
    return page('servers/import', {}, { form: { values: {}, errors: {} } });
  }

  @ApiOperation({ summary: 'Add the servers of a client’s configuration, or with preview=1 tell what would be added' })
  @Answers(Imported, { status: 201 })
  @Answers(ImportPreview)
  @ApiQuery({ name: 'preview', required: false, schema: { type: 'string', enum: ['1'] } })
  @ApiBody({
    description:
      'In any shape that MCP clients have; or the same as `text`, beside `only` (names) and `secrets` (by id).',
    schema: {
      type: 'object',
      additionalProperties: true,
      example: { mcpServers: { time: { command: 'uvx', args: ['mcp-server-time'] } } },
    },
  })
  @FormView('servers/import')
  @Post()
  async create(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Body() body: unknown,
    @Query('preview') preview?: string,
  ): Promise<Answer> {
    return isYes(preview) ? this.preview(project, body) : this.import(project, user, body);
  }

  private async preview(project: ProjectContext, body: unknown): Promise<Answer> {
    const { items, warnings } = await this.imports.plan(project, readImport(body));
    const { text } = body as { text?: string };
    const pasted = text ?? JSON.stringify(body, null, 2);
    const shown = items.map((item) => ({ ...plannedView(item), isBad: !isGood(item) }));
    const html = { items: shown, text: pasted, canAdd: items.some(isNew), hasBad: !items.every(isGood) };
    return page('servers/import-preview', { items: items.map(plannedView), warnings }, html);
  }

  private async import(project: ProjectContext, user: CurrentUser, body: unknown): Promise<Answer> {
    const imported = await this.imports.run(project, user, readImport(body));
    const views = await this.pages.views(imported.map(({ server }) => server));
    const items = imported.map(({ name, action }, at) => ({ name, action, server: views[at] }));
    const added = items.filter(({ action }) => action !== 'skip').length;
    const notice = NOTICES[added] ?? `${added} servers are added.`;
    return saved(`/projects/${project.slug}/servers`, { items }, { status: 201, notice });
  }
}

function isNew(item: PlannedServer): boolean {
  return isGood(item) && item.action !== 'skip';
}

function isGood({ errors }: PlannedServer): boolean {
  return Object.keys(errors).length === 0;
}
