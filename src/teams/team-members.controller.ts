import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { type CurrentUser, currentUser, Who } from '../auth/index.js';
import { Answers, listOf } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { TeamContext } from './team-context.js';
import { AddTeamMemberForm, ChangeTeamMemberForm } from './team-member.form.js';
import { TeamMemberPages } from './team-member-pages.service.js';
import { TeamMembers } from './team-members.service.js';
import { InTeam, NeedsTeamRole } from './team.decorators.js';
import { TeamsQuery } from './team.form.js';
import { TeamMemberView } from './team.view.js';

const LAST_OWNER = 'The team would be left without an Owner.';

@ApiTags('teams')
@Controller('teams/:team/members')
export class TeamMembersController {
  constructor(
    private readonly members: TeamMembers,
    private readonly pages: TeamMemberPages,
  ) {}

  @ApiOperation({ summary: 'Who is in the team, by name' })
  @Answers(listOf(TeamMemberView))
  @Get()
  async index(@InTeam() team: TeamContext, @Who() user: CurrentUser, @Query() query: TeamsQuery): Promise<Answer> {
    const { items, nextCursor, ...html } = await this.pages.list(team, user, query);
    const form = { values: { role: 'Developer' }, errors: {} };
    return page('teams/members', { items, nextCursor }, { ...html, form }, { partial: 'teams/_members' });
  }

  @ApiOperation({ summary: 'Take somebody who has an account into the team' })
  @Answers(TeamMemberView, { status: 201, errors: { 409: 'The person is in the team already.' } })
  @NeedsTeamRole('Owner')
  @FormView('teams/members', { load: 'around' })
  @Post()
  async create(
    @InTeam() team: TeamContext,
    @Who() user: CurrentUser,
    @Body() form: AddTeamMemberForm,
  ): Promise<Answer> {
    const userId = await this.members.add(team.id, form, user);
    const view = await this.pages.member(team, userId);
    return saved(`/teams/${team.slug}/members`, view, { status: 201, notice: `${view.name} is in the team.` });
  }

  @ApiOperation({ summary: 'Give a member another role' })
  @Answers(TeamMemberView, { errors: { 409: LAST_OWNER } })
  @NeedsTeamRole('Owner')
  @Patch(':userId')
  async update(
    @InTeam() team: TeamContext,
    @Who() user: CurrentUser,
    @Param('userId') userId: string,
    @Body() { role }: ChangeTeamMemberForm,
  ): Promise<Answer> {
    await this.members.changeRole(team.id, userId, role, user);
    const view = await this.pages.member(team, userId);
    const notice = `${view.name} is ${role} now.`;
    // Who takes rights from themselves sees the whole page anew; otherwise the list, where others may now be the last Owner.
    const data = userId === user.id ? undefined : await this.pages.list(team, user, { limit: 50 });
    const partial = data && { template: 'teams/_members', data };
    return saved(`/teams/${team.slug}/members`, view, { notice, partial });
  }

  @ApiOperation({ summary: 'Remove a member; without being an Owner: leave' })
  @Answers(null, { errors: { 409: LAST_OWNER } })
  @Delete(':userId')
  async destroy(
    @InTeam() team: TeamContext,
    @Who() user: CurrentUser,
    @Param('userId') userId: string,
  ): Promise<Answer> {
    const isLeaving = userId === user.id;
    if (!isLeaving) team.demand('Owner');
    await this.members.remove(team.id, userId, user);
    if (isLeaving) return saved('/teams', null, { notice: `You have left the team "${team.name}".` });
    return saved(`/teams/${team.slug}/members`, null, { notice: 'The member is removed.' });
  }

  /** What the form needs beside its values when it is shown again. */
  around(request: Request): Promise<object> {
    return this.pages.list(request.team as TeamContext, currentUser(request) as CurrentUser, { limit: 50 });
  }
}
