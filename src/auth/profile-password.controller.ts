import { Body, Controller, Get, Put, UseInterceptors } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { CredentialsService } from './credentials.service.js';
import { type CurrentUser, Who } from './current-user.js';
import { PasswordForm } from './profile.forms.js';
import { ProfileService } from './profile.service.js';
import { RetryAfter } from './retry-after.interceptor.js';

@ApiTags('profile')
@Controller('profile/password')
export class ProfilePasswordController {
  constructor(
    private readonly profiles: ProfileService,
    private readonly credentials: CredentialsService,
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
  async update(@Who() user: CurrentUser, @Body() form: PasswordForm): Promise<Answer> {
    await this.credentials.confirm(user.id, form.currentPassword, 'currentPassword');
    await this.profiles.changePassword(user, form.newPassword);
    return saved('/profile', null, { notice: 'Your password is changed, and every other session is signed out.' });
  }
}
