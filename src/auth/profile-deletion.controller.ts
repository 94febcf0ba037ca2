import { Body, Controller, Delete, Get, HttpCode, Req, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
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

  @Get('delete')
  ask(): Answer {
    return page('auth/delete-profile', {});
  }

  /** Deletes the account with its sessions; the last administrator is refused (409). */
  @HttpCode(204)
  @Delete()
  @UseInterceptors(RetryAfter)
  @FormView('auth/delete-profile')
  async destroy(@Who() { id }: CurrentUser, @Body() form: DeleteProfileForm, @Req() request: Request): Promise<Answer> {
    await this.credentials.confirm(id, form.password, 'password');
    await this.profiles.remove(id);
    this.cookie.clear(request);
    return saved('/login', null, { notice: 'Your account is deleted.' });
  }
}
