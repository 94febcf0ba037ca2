import { Body, Controller, Delete, Get, Req, UseInterceptors } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Answers } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { CredentialsService } from './credentials.service.js';
import { type CurrentUser, Who } from './current-user.js';
import { DeleteProfileForm } from './profile.forms.js';
import { ProfileService } from './profile.service.js';
import { RetryAfter } from './retry-after.interceptor.js';
import { SessionCookie } from './session-cookie.js';

@ApiTags('profile')
@Controller('profile')
export class ProfileDeletionController {
  constructor(
    private readonly profiles: ProfileService,
    private readonly credentials: CredentialsService,
    private readonly cookie: SessionCookie,
  ) {}

  @ApiExcludeEndpoint()
  @Get('delete')
  async ask(@Who() { id }: CurrentUser): Promise<Answer> {
    return page('auth/delete-profile', {}, { whyKept: await this.profiles.whyKept(id) });
  }

  @ApiOperation({ summary: 'Delete your account with its sessions' })
  @Answers(null, { errors: { 409: 'You are the last administrator, or the last Owner of a project.' } })
  @Delete()
  @UseInterceptors(RetryAfter)
  @FormView('auth/delete-profile')
  async destroy(@Who() user: CurrentUser, @Body() form: DeleteProfileForm, @Req() request: Request): Promise<Answer> {
    await this.credentials.confirm(user.id, form.password, 'password');
    await this.profiles.remove(user);
    this.cookie.clear(request);
    return saved('/login', null, { notice: 'Your account is deleted.' });
  }
}
