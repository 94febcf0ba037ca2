import { Controller, Get, Header, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { type CurrentUser, currentUser, Who } from '../../auth/index.js';
import { Answers, object, text } from '../../shared/api/index.js';
import { type Answer, page, saved } from '../../shared/html/index.js';
import { Public } from '../../shared/http/index.js';
import { Acceptance } from './acceptance.service.js';
import { OfferedInvitation } from './invitation.view.js';

@ApiTags('members')
@Controller('invitations/:token')
export class AcceptanceController {
  constructor(private readonly acceptance: Acceptance) {}

  @ApiOperation({ summary: 'What the link invites to' })
  @Answers(OfferedInvitation)
  @Public()
  @Header('Cache-Control', 'no-store')
  @Header('Referrer-Policy', 'no-referrer')
  @Get()
  async show(@Param('token') token: string, @Req() request: Request): Promise<Answer> {
    const offered = await this.acceptance.offered(token);
    return page('projects/invitation', offered, { token, visitor: currentUser(request) ?? null });
  }

  @ApiOperation({ summary: 'Join the project, whichever address the invitation was meant for' })
  @Answers(object({ project: text('The slug of the project.') }))
  @Post('accept')
  async accept(@Param('token') token: string, @Who() user: CurrentUser): Promise<Answer> {
    const slug = await this.acceptance.accept(token, user);
    return saved(`/projects/${slug}`, { project: slug }, { notice: 'Welcome to the project.' });
  }
}
