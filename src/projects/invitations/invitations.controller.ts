import { Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../../auth/index.js';
import { Answers, listOf, object } from '../../shared/api/index.js';
import { type Answer, page, saved } from '../../shared/html/index.js';
import type { ProjectContext } from '../project-context.js';
import { InProject, NeedsRole } from '../project.decorators.js';
import { Invitations } from './invitations.service.js';
import { InvitationView, NewInvitation } from './invitation.view.js';

@ApiTags('members')
@Controller('projects/:project/invitations')
export class InvitationsController {
  constructor(private readonly invitations: Invitations) {}

  @ApiOperation({ summary: 'Who is invited and has not joined yet' })
  @Answers(listOf(InvitationView))
  @Get()
  async index(@InProject() project: ProjectContext): Promise<Answer> {
    const items = await this.invitations.list(project.id);
    return page('projects/invitations', { items, nextCursor: null }, { canManage: project.can('members.write') });
  }

  @ApiOperation({ summary: 'A new link, good for another week; the old one opens nothing any more' })
  @Answers(object({ invitation: NewInvitation }))
  @NeedsRole('Owner')
  @Post(':id/resend')
  async resend(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('id') id: string,
  ): Promise<Answer> {
    const invitation = await this.invitations.resend(project, id, user);
    return page('projects/invitation-created', { invitation }, {});
  }

  @ApiOperation({ summary: 'Take an invitation back' })
  @Answers(null)
  @NeedsRole('Owner')
  @Delete(':id')
  async revoke(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Param('id') id: string,
  ): Promise<Answer> {
    await this.invitations.revoke(project, id, user);
    return saved(`/projects/${project.slug}/invitations`, null, { notice: 'The invitation is taken back.' });
  }
}
