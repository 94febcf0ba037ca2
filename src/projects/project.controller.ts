import { Body, Controller, Delete, Get, Patch } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../auth/index.js';
import { Answers } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { Endpoints } from './connect/endpoints.service.js';
import { GettingStarted } from './getting-started.service.js';
import { ProjectContext } from './project-context.js';
import { ProjectList } from './project-list.service.js';
import { InProject, NeedsRole } from './project.decorators.js';
import { ChangeProjectForm } from './project.form.js';
import { ProjectDetail } from './project.view.js';
import { ProjectsService } from './projects.service.js';

@ApiTags('projects')
@Controller('projects/:project')
export class ProjectController {
  constructor(
    private readonly projects: ProjectsService,
    private readonly list: ProjectList,
    private readonly gettingStarted: GettingStarted,
    private readonly endpoints: Endpoints,
  ) {}

  @ApiOperation({ summary: 'The project with its members and counts; as a fragment: the way to the first call' })
  @Answers(ProjectDetail)
  @Get()
  async show(@InProject() project: ProjectContext, @Who() user: CurrentUser): Promise<Answer> {
    const [detail, start, endpoint] = await Promise.all([
      this.list.one(project.id, user),
      this.gettingStarted.of(project),
      this.endpoints.find(project, undefined),
    ]);
    const html = { start, endpoint, canAddServers: project.can('servers.write') };
    return page('projects/overview', detail, html, { partial: 'projects/_getting-started' });
  }

  @ApiExcludeEndpoint()
  @Get('settings')
  settings(@InProject() project: ProjectContext): Answer {
    const { name, slug, description, unifiedEnabled } = project;
    const values = { name, slug, description, unifiedEnabled };
    return page('projects/settings', values, { form: { values, errors: {} } });
  }

  @ApiOperation({ summary: 'Change what is given; the rest stays' })
  @Answers(ProjectDetail)
  @NeedsRole('Owner')
  @FormView('projects/settings')
  @Patch()
  async update(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Body() form: ChangeProjectForm,
  ): Promise<Answer> {
    const { id, slug } = await this.projects.change(project.id, form, user);
    return saved(`/projects/${slug}/settings`, await this.list.one(id, user), { notice: 'The settings are saved.' });
  }

  @ApiOperation({ summary: 'Delete the project and everything in it' })
  @Answers(null)
  @NeedsRole('Owner')
  @Delete()
  async destroy(@InProject() project: ProjectContext, @Who() user: CurrentUser): Promise<Answer> {
    await this.projects.delete(project, user);
    return saved('/projects', null, { notice: `The project "${project.name}" is deleted.` });
  }
}
