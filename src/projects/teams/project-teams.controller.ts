import { Body, Controller, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { type CurrentUser, currentUser, Who } from '../../auth/index.js';
import { Answers, listOf } from '../../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../../shared/html/index.js';
import { TeamList } from '../../teams/index.js';
import { ProjectContext } from '../project-context.js';
import { InProject, NeedsRole } from '../project.decorators.js';
import { InvitedTeams } from './invited-teams.service.js';
import { ChangeInvitedTeamForm, InviteTeamForm } from './project-team.form.js';
import { ProjectTeamView } from './project-team.view.js';
import { TeamInvitations } from './team-invitations.service.js';

/** How many teams the form offers; JSON clients name any. */
const OFFERED = 200;

@ApiTags('projects')
@Controller('projects/:project/teams')
export class ProjectTeamsController {
  constructor(
    private readonly invited: InvitedTeams,
    private readonly invitations: TeamInvitations,
    private readonly teams: TeamList,
  ) {}

  @ApiOperation({ summary: 'The teams that were invited into the project, by name' })
  @Answers(listOf(ProjectTeamView))
  @Get()
  async index(@InProject() project: ProjectContext, @Who() user: CurrentUser): Promise<Answer> {
    const { rows, ...html } = await this.shown(project, user);
    const items = rows.map(({ isOpen: _, ...team }) => team);
    const form = { values: { role: 'Developer' }, errors: {} };
    const all = { rows, ...html, form };
    return page('projects/teams', { items, nextCursor: null }, all, { partial: 'projects/_teams' });
  }

  @ApiOperation({ summary: 'Invite a team you are in as a whole, an administrator any; nobody has more than `role`' })
  @Answers(ProjectTeamView, { status: 201, errors: { 409: 'The team is in the project already.' } })
  @NeedsRole('Owner')
  @FormView('projects/teams', { load: 'around' })
  @Post()
  async create(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Body() form: InviteTeamForm,
  ): Promise<Answer> {
    const teamId = await this.invitations.invite(project.id, form, user);
    const view = await this.invited.one(project.id, teamId, user);
    const notice = `The team "${view.name}" is in the project.`;
    return saved(`/projects/${project.slug}/teams`, view, { status: 201, notice });
  }

  @ApiOperation({ summary: 'Change the most that anybody has through the team' })
  @Answers(ProjectTeamView)
  @NeedsRole('Owner')
  @Patch(':team')
  async update(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('team') name: string,
    @Body() { role }: ChangeInvitedTeamForm,
  ): Promise<Answer> {
    const team = await this.invited.one(project.id, name, user);
    await this.invitations.changeRole(project.id, team, role, user);
    const notice = `Through "${team.name}" people are ${role} at most now.`;
    const partial = { template: 'projects/_teams', data: await this.shown(project, user) };
    return saved(`/projects/${project.slug}/teams`, { ...team, role }, { notice, partial });
  }

  @ApiOperation({ summary: 'Take a team out of the project' })
  @Answers(null)
  @NeedsRole('Owner')
  @Delete(':team')
  async destroy(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('team') name: string,
  ): Promise<Answer> {
    const team = await this.invited.one(project.id, name, user);
    await this.invitations.remove(project.id, team, user);
    const to = `/projects/${project.slug}/teams`;
    return saved(to, null, { notice: `The team "${team.name}" is no longer in the project.` });
  }

  /** What the form needs beside its values when it is shown again. */
  around(request: Request): Promise<object> {
    return this.shown(request.project as ProjectContext, currentUser(request) as CurrentUser);
  }

  private async shown(project: ProjectContext, user: CurrentUser) {
    const canInvite = project.can('teams.invite');
    const rows = await this.invited.list(project.id, user);
    const mine = canInvite ? (await this.teams.find({ limit: OFFERED }, user)).items : [];
    const offered = mine.filter(({ id }) => !rows.some(({ teamId }) => teamId === id));
    return { rows, canInvite, offered: offered.map(({ id, name }) => ({ value: id, label: name })) };
  }
}
