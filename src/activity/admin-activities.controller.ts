import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../auth/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, FormView } from '../shared/html/index.js';
import { ActivitiesService } from './activities.service.js';
import { ActivityQuery } from './activity-query.js';
import { ActivityView } from './activity.view.js';
import { feedHtml, feedPage, type FeedPage } from './feed.view.js';
import { ALL_KINDS } from './kinds.js';

const PAGE: FeedPage = {
  template: 'activity/instance',
  path: '/admin/activities',
  kinds: ALL_KINDS,
  around: { places: 'all' },
};

@ApiTags('activity')
@AdminOnly()
@Controller('admin/activities')
export class AdminActivitiesController {
  constructor(private readonly activities: ActivitiesService) {}

  @ApiOperation({ summary: 'What people did anywhere, newest first; for administrators' })
  @Answers(listOf(ActivityView))
  @FormView('activity/instance', { load: 'unfiltered' })
  @Get()
  async index(@Query() query: ActivityQuery): Promise<Answer> {
    // Somebody who may look has signed up, which is on record.
    return feedPage(PAGE, query, await this.activities.list('instance', query), true);
  }

  /** The page under a filter that could not be understood. */
  unfiltered(): Promise<object> {
    return Promise.resolve(feedHtml(PAGE, {}, { items: [], nextCursor: null }, true));
  }
}
