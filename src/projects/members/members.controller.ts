import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { type CurrentUser, UsersService, Who } from '../../auth/index.js';
import { Answers, either, listOf, object } from '../../shared/api/index.js';
import { NotFound } from '../../shared/errors/index.js';
import { type Answer, FormView, page, saved } from '../../shared/html/index.js';
import { Invitations } from '../invitations/invitations.service.js';
import { NewInvitation } from '../invitations/invitation.view.js';
import type { ProjectContext } from '../project-context.js';
import { InProject, NeedsRole } from '../project.decorators.js';
import { MemberList } from './member-list.service.js';
import { AddMemberForm, ChangeMemberForm, MembersQuery } from './member.form.js';
import { MemberView } from './member.view.js';
import { MembersService } from './members.service.js';

const LAST_OWNER = 'The last Owner, or somebody who is in by a team.';

const Added = either(MemberView, object({ invitation: NewInvitation }));

@ApiTags('members')
@Controller('projects/:project/members')
export class MembersController {
  constructor(
    private readonly members: MembersService,
    private readonly list: MemberList,
    private readonly invitations: Invitations,
    private readonly users: UsersService,
  ) {}

  @ApiOperation({ summary: 'Everybody who is in the project, by themselves or by a team' })
  @Answers(listOf(MemberView))
  @Get()
  async index(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Query() query: MembersQuery,
  ): Promise<Answer> {
    const found = await this.list.find(project.id, query);
    const html = { ...query, ...this.around(project, user), olderHref: olderUrl(project, query, found.nextCursor) };
    return page('projects/members', found, html, { partial: 'projects/_member-list' });
  }

  @ApiOperation({ summary: 'Add somebody by their email address; who has no account yet gets an invitation' })
  @Answers(Added, { status: 201, errors: { 409: 'A member, or invited, already.' } })
  @NeedsRole('Owner')
  @FormView('projects/members', { load: 'shown' })
  @Post()
  async add(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Body() form: AddMemberForm,
  ): Promise<Answer> {
    const person = await this.users.findByEmail(form.email);
    if (!person) {
      const invitation = await this.invitations.send(project, form, user);
      return page('projects/invitation-created', { invitation }, {}, { status: 201 });
    }
    await this.members.add(project, person, form, user);
    const notice = `${person.name} is a member now.`;
    return saved(path(project), await this.one(project, person.id), { status: 201, notice });
  }

  @ApiOperation({ summary: 'Change the role or the end of a membership' })
  @Answers(MemberView, { errors: { 409: LAST_OWNER } })
  @NeedsRole('Owner')
  @Patch(':userId')
  async change(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('userId') userId: string,
    @Body() form: ChangeMemberForm,
  ): Promise<Answer> {
    await this.members.change(project, userId, form, user);
    const member = await this.one(project, userId);
    return saved(path(project), member, { notice: `${member.name} is ${member.role} now.` });
  }

  @ApiOperation({ summary: 'Remove a member, or leave' })
  @Answers(null, { errors: { 409: LAST_OWNER } })
  @Delete(':userId')
  async remove(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('userId') userId: string,
  ): Promise<Answer> {
    const leaves = userId === user.id;
    if (!leaves) project.demand('Owner');
    await this.members.remove(project, userId, user);
    if (leaves) return saved('/projects', null, { notice: `You have left ${project.name}.` });
    return saved(path(project), null, { notice: 'The member is removed.' });
  }

  /** The page around a form that is shown again. */
  async shown(request: Request): Promise<object> {
    const project = request.project as ProjectContext;
    const found = await this.list.find(project.id, { sort: 'name', limit: 50 });
    return { ...found, sort: 'name', ...this.around(project, request.user as CurrentUser), olderHref: null };
  }

  private around(project: ProjectContext, user: CurrentUser): object {
    return { canManage: project.can('members.write'), me: user.id };
  }

  /** @throws NotFound when the membership has just ended. */
  private async one(project: ProjectContext, userId: string): Promise<MemberView> {
    const member = await this.list.one(project.id, userId);
    if (!member) throw new NotFound('member');
    return member;
  }
}

function path({ slug }: ProjectContext): string {
  return `/projects/${slug}/members`;
}

function olderUrl(project: ProjectContext, { q, sort }: MembersQuery, cursor: string | null): string | null {
  return cursor && `${path(project)}?${new URLSearchParams({ sort, cursor, ...(q && { q }) }).toString()}`;
}
