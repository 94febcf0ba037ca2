import { Body, Controller, Delete, Get, Patch } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../auth/index.js';
import { Answers } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { TeamContext } from './team-context.js';
import { TeamList } from './team-list.service.js';
import { TeamPeople } from './team-people.service.js';
import { InTeam, NeedsTeamRole } from './team.decorators.js';
import { ChangeTeamForm } from './team.form.js';
import { TeamView } from './team.view.js';
import { TeamsService } from './teams.service.js';

const ON_OVERVIEW = 10;

@ApiTags('teams')
@Controller('teams/:team')
export class TeamController {
  constructor(
    private readonly teams: TeamsService,
    private readonly list: TeamList,
    private readonly people: TeamPeople,
  ) {}

  @ApiOperation({ summary: 'The team and how many people and projects it has' })
  @Answers(TeamView)
  @Get()
  async show(@InTeam() team: TeamContext, @Who() user: CurrentUser): Promise<Answer> {
    const [view, members] = await Promise.all([
      this.list.one(team.id, user),
      this.people.find(team.id, { limit: ON_OVERVIEW }),
    ]);
    return page('teams/show', view, { members: members.items, hasMore: members.nextCursor !== null });
  }

  @ApiExcludeEndpoint()
  @Get('settings')
  settings(@InTeam() { name, slug, description }: TeamContext): Answer {
    const values = { name, slug, description };
    return page('teams/settings', values, { form: { values, errors: {} } });
  }

  @ApiOperation({ summary: 'Change what is given; the rest stays' })
  @Answers(TeamView)
  @NeedsTeamRole('Owner')
  @FormView('teams/settings')
  @Patch()
  async update(@InTeam() team: TeamContext, @Who() user: CurrentUser, @Body() form: ChangeTeamForm): Promise<Answer> {
    const { id, slug } = await this.teams.change(team.id, form, user);
    return saved(`/teams/${slug}/settings`, await this.list.one(id, user), { notice: 'The settings are saved.' });
  }

  @ApiOperation({ summary: 'Delete the team; its people lose what they may do in projects through it' })
  @Answers(null)
  @NeedsTeamRole('Owner')
  @Delete()
  async destroy(@InTeam() team: TeamContext, @Who() user: CurrentUser): Promise<Answer> {
    await this.teams.delete(team, user);
    return saved('/teams', null, { notice: `The team "${team.name}" is deleted.` });
  }
}
