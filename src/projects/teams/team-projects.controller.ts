import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../../auth/index.js';
import { Answers, listOf } from '../../shared/api/index.js';
import { type Answer, page } from '../../shared/html/index.js';
import { InTeam, TeamContext } from '../../teams/index.js';
import type { Role } from '../project-role.js';
import { ProjectList } from '../project-list.service.js';
import { ProjectsQuery } from '../project.form.js';
import { InvitedTeams } from './invited-teams.service.js';
import { TeamProjectView } from './project-team.view.js';

@ApiTags('teams')
@Controller('teams/:team/projects')
export class TeamProjectsController {
  constructor(
    private readonly list: ProjectList,
    private readonly invited: InvitedTeams,
  ) {}

  @ApiOperation({ summary: 'The projects that the team was invited into, by name' })
  @Answers(listOf(TeamProjectView))
  @Get()
  async index(@InTeam() team: TeamContext, @Who() user: CurrentUser, @Query() query: ProjectsQuery): Promise<Answer> {
    const found = await this.list.find(query, user, team.id);
    const ids = found.items.map(({ id }) => id);
    const caps = await this.invited.caps(team.id, ids);
    const items = found.items.map((project) => ({ ...project, teamRole: caps.get(project.id) as Role }));
    const { q } = query;
    const cursor = found.nextCursor;
    const more = cursor && new URLSearchParams({ cursor, ...(q && { q }) }).toString();
    const html = { q, olderHref: more && `/teams/${team.slug}/projects?${more}`, isMore: query.cursor !== undefined };
    return page('teams/projects', { ...found, items }, html, { partial: 'teams/_projects' });
  }
}
