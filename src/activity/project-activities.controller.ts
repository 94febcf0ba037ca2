import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { InProject, ProjectContext } from '../projects/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, FormView } from '../shared/html/index.js';
import { ActivitiesService } from './activities.service.js';
import { ActivityQuery } from './activity-query.js';
import { ActivityView } from './activity.view.js';
import { feedHtml, feedPage, type FeedPage } from './feed.view.js';
import { PROJECT_KINDS } from './kinds.js';

@ApiTags('activity')
@Controller('projects/:project/activities')
export class ProjectActivitiesController {
  constructor(private readonly activities: ActivitiesService) {}

  @ApiOperation({ summary: 'What people did in the project, newest first' })
  @Answers(listOf(ActivityView))
  @FormView('activity/project', { load: 'unfiltered' })
  @Get()
  async index(@InProject() project: ProjectContext, @Query() query: ActivityQuery): Promise<Answer> {
    const scope = { projectId: project.id };
    const feed = await this.activities.list(scope, query);
    return feedPage(pageOf(project), query, feed, feed.items.length > 0 || (await this.activities.any(scope)));
  }

  /** The page under a filter that could not be understood. */
  unfiltered({ project }: Request): Promise<object> {
    return Promise.resolve(feedHtml(pageOf(project as ProjectContext), {}, { items: [], nextCursor: null }, true));
  }
}

function pageOf({ slug }: ProjectContext): FeedPage {
  return { template: 'activity/project', path: `/projects/${slug}/activities`, kinds: PROJECT_KINDS };
}
