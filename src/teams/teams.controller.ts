import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../auth/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { TeamList } from './team-list.service.js';
import { CreateTeamForm, TeamsQuery } from './team.form.js';
import { TeamView } from './team.view.js';
import { TeamsService } from './teams.service.js';

@ApiTags('teams')
@Controller('teams')
export class TeamsController {
  constructor(
    private readonly teams: TeamsService,
    private readonly list: TeamList,
  ) {}

  @ApiOperation({ summary: 'The teams you are in, by name; an administrator gets all' })
  @Answers(listOf(TeamView))
  @Get()
  async index(@Who() user: CurrentUser, @Query() query: TeamsQuery): Promise<Answer> {
    const found = await this.list.find(query, user);
    const { q } = query;
    const cursor = found.nextCursor;
    const olderHref = cursor && `/teams?${new URLSearchParams({ cursor, ...(q && { q }) }).toString()}`;
    return page('teams/index', found, { q, olderHref }, { partial: 'teams/_teams' });
  }

  @ApiExcludeEndpoint()
  @Get('new')
  new(): Answer {
    return page('teams/new', {}, { form: { values: {}, errors: {} } });
  }

  @ApiOperation({ summary: 'Make a team; you become its Owner' })
  @Answers(TeamView, { status: 201 })
  @FormView('teams/new')
  @Post()
  async create(@Who() user: CurrentUser, @Body() form: CreateTeamForm): Promise<Answer> {
    const { id, slug } = await this.teams.create(form, user);
    return saved(`/teams/${slug}`, await this.list.one(id, user), { status: 201 });
  }
}
