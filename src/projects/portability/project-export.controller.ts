import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../../auth/index.js';
import { Answers } from '../../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../../shared/html/index.js';
import { ProjectContext } from '../project-context.js';
import { InProject, NeedsRole } from '../project.decorators.js';
import { ProjectList } from '../project-list.service.js';
import { FORMAT, ImportedProject, ProjectExport } from './project-export.view.js';
import { ProjectExporter } from './project-export.service.js';
import { VERSION } from './project-import.form.js';
import { ProjectImporter } from './project-import.service.js';

/** The least that an import takes. */
const EXAMPLE = { format: FORMAT, version: VERSION, project: { name: 'Demo' }, servers: [] };

@ApiTags('projects')
@Controller('projects')
export class ProjectExportController {
  constructor(
    private readonly exporter: ProjectExporter,
    private readonly importer: ProjectImporter,
    private readonly list: ProjectList,
  ) {}

  @ApiOperation({ summary: 'The settings, servers and members of the project; secrets by name only' })
  @Answers(ProjectExport)
  @NeedsRole('Owner')
  @Get(':project/export')
  async show(@InProject() project: ProjectContext): Promise<Answer> {
    const document = await this.exporter.export(project.id);
    const html = { content: JSON.stringify(document, null, 2), filename: `${project.slug}.json` };
    return page('projects/export', document, html);
  }

  @ApiOperation({
    summary: 'Make a new project of an export, or of the same as `text`; servers without their secrets wait for them',
  })
  @Answers(ImportedProject, { status: 201 })
  @ApiBody({
    description: 'What an export answered; `servers` and `members` may be missing.',
    schema: { type: 'object', additionalProperties: true, example: EXAMPLE },
  })
  @FormView('projects/new')
  @Post('import')
  async create(@Who() user: CurrentUser, @Body() body: unknown): Promise<Answer> {
    const { project, servers } = await this.importer.import(body, user);
    const answer = { project: await this.list.one(project.id, user), servers };
    const notice = `The project "${project.name}" is imported. Give its servers their secrets again.`;
    return saved(`/projects/${project.slug}/servers`, answer, { status: 201, notice });
  }
}
