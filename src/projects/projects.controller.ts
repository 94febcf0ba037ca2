import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../auth/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { ProjectList } from './project-list.service.js';
import { CreateProjectForm, ProjectsQuery } from './project.form.js';
import { ProjectDetail, ProjectView } from './project.view.js';
import { ProjectsService } from './projects.service.js';

@ApiTags('projects')
@Controller('projects')
export class ProjectsController {
  constructor(
    private readonly projects: ProjectsService,
    private readonly list: ProjectList,
  ) {}

  @ApiOperation({ summary: 'The projects you may see, by name' })
  @Answers(listOf(ProjectView))
  @Get()
  async index(@Who() user: CurrentUser, @Query() query: ProjectsQuery): Promise<Answer> {
    const found = await this.list.find(query, user);
    if (query.section !== undefined) {
      const to = query.section && `/${query.section}`;
      return page('projects/index', found, { to, q: query.q }, { partial: 'projects/_switcher-list' });
    }
    const olderHref = found.nextCursor && olderUrl(found.nextCursor, query);
    return page('projects/index', found, { q: query.q, olderHref }, { partial: 'projects/_projects' });
  }

  @ApiExcludeEndpoint()
  @Get('new')
  new(): Answer {
    return page('projects/new', {}, { form: { values: {}, errors: {} } });
  }

  @ApiOperation({ summary: 'Make a project; you become its Owner' })
  @Answers(ProjectDetail, { status: 201 })
  @FormView('projects/new')
  @Post()
  async create(@Who() user: CurrentUser, @Body() form: CreateProjectForm): Promise<Answer> {
    const { id, slug } = await this.projects.create(form, user);
    return saved(`/projects/${slug}`, await this.list.one(id, user), { status: 201 });
  }
}

function olderUrl(cursor: string, { q }: ProjectsQuery): string {
  return `/projects?${new URLSearchParams({ cursor, ...(q && { q }) }).toString()}`;
}
