import { Body, Controller, Get, Put, Req, UseInterceptors } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Answers } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { CredentialsService } from './credentials.service.js';
import { type CurrentUser, Who } from './current-user.js';
import { PasswordForm } from './profile.forms.js';
import { ProfileService } from './profile.service.js';
import { RetryAfter } from './retry-after.interceptor.js';
import { Visitors } from './visitors.js';

@ApiTags('profile')
@Controller('profile/password')
export class ProfilePasswordController {
  constructor(
    private readonly profiles: ProfileService,
    private readonly credentials: CredentialsService,
    private readonly visitors: Visitors,
  ) {}

  @ApiExcludeEndpoint()
  @Get()
  edit(): Answer {
    return page('auth/password', {});
  }

  @ApiOperation({ summary: 'Change your password; all your other sessions are signed out' })
  @Answers(null)
  @Put()
  @UseInterceptors(RetryAfter)
  @FormView('auth/password')
  async update(@Who() user: CurrentUser, @Body() form: PasswordForm, @Req() request: Request): Promise<Answer> {
    await this.credentials.confirm(user.id, form.currentPassword, this.visitors.of(request).ip, 'currentPassword');
    await this.profiles.changePassword(user, form.newPassword);
    return saved('/profile', null, { notice: 'Your password is changed, and every other session is signed out.' });
  }
}
