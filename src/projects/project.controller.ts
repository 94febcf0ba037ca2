import { Body, Controller, Delete, Get, Patch, Req } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { type CurrentUser, Who } from '../auth/index.js';
import { Answers } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { Endpoints } from './connect/endpoints.service.js';
import { GettingStarted } from './getting-started.service.js';
import { MemberList } from './members/member-list.service.js';
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
    private readonly members: MemberList,
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
  async settings(@InProject() project: ProjectContext, @Req() request: Request): Promise<Answer> {
    const { name, slug, description, unifiedEnabled, callTimeoutMs } = project;
    const values = { name, slug, description, unifiedEnabled, callTimeoutMs };
    return page('projects/settings', values, { ...(await this.around(request)), form: { values, errors: {} } });
  }

  @ApiOperation({ summary: 'Change what is given; the rest stays' })
  @Answers(ProjectDetail)
  @NeedsRole('Owner')
  @FormView('projects/settings', { load: 'around' })
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

  /** Whom the project could be given to. */
  async around({ project, user }: Request): Promise<object> {
    const { items } = await this.members.find((project as ProjectContext).id, { sort: 'name', limit: 200 });
    return { heirs: items.filter(({ userId }) => userId !== (user as CurrentUser).id) };
  }
}
