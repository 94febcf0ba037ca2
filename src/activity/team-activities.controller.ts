import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, FormView } from '../shared/html/index.js';
import { InTeam, TeamContext } from '../teams/index.js';
import { ActivitiesService } from './activities.service.js';
import { ActivityQuery } from './activity-query.js';
import { ActivityView } from './activity.view.js';
import { feedHtml, feedPage, type FeedPage } from './feed.view.js';
import { TEAM_KINDS } from './kinds.js';

@ApiTags('activity')
@Controller('teams/:team/activities')
export class TeamActivitiesController {
  constructor(private readonly activities: ActivitiesService) {}

  @ApiOperation({ summary: 'What people did in the team, newest first' })
  @Answers(listOf(ActivityView))
  @FormView('activity/team', { load: 'unfiltered' })
  @Get()
  async index(@InTeam() team: TeamContext, @Query() query: ActivityQuery): Promise<Answer> {
    const scope = { teamId: team.id };
    const feed = await this.activities.list(scope, query);
    return feedPage(pageOf(team), query, feed, feed.items.length > 0 || (await this.activities.any(scope)));
  }

  /** The page under a filter that could not be understood. */
  unfiltered({ team }: Request): Promise<object> {
    return Promise.resolve(feedHtml(pageOf(team as TeamContext), {}, { items: [], nextCursor: null }, true));
  }
}

function pageOf({ slug }: TeamContext): FeedPage {
  return { template: 'activity/team', path: `/teams/${slug}/activities`, kinds: TEAM_KINDS };
}
