import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Answers } from '../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../shared/html/index.js';
import { type CurrentUser, currentUser, Who } from './current-user.js';
import { ProfileForm } from './profile.forms.js';
import { ProfileService } from './profile.service.js';
import { ProfileView, sessionView } from './session.view.js';
import { SessionsService } from './sessions.service.js';
import { UserView, userView } from './user.view.js';
import { UsersService } from './users.service.js';

@ApiTags('profile')
@Controller('profile')
export class ProfileController {
  constructor(
    private readonly users: UsersService,
    private readonly profiles: ProfileService,
    private readonly sessions: SessionsService,
  ) {}

  @ApiOperation({ summary: 'You, with your sessions' })
  @Answers(ProfileView)
  @Get()
  async show(@Who() user: CurrentUser): Promise<Answer> {
    return page('auth/profile', await this.profile(user), { whyKept: await this.profiles.whyKept(user.id) });
  }

  @ApiOperation({ summary: 'Change your name' })
  @Answers(UserView)
  @Patch()
  @FormView('auth/profile', { load: 'profileOf' })
  async rename(@Who() user: CurrentUser, @Body() { name }: ProfileForm): Promise<Answer> {
    await this.profiles.rename(user, name);
    return saved('/profile', userView(await this.users.get(user.id)), { notice: 'Your name is saved.' });
  }

  /** What the page shows when the form on it was refused. */
  async profileOf(request: Request): Promise<object> {
    const user = currentUser(request) as CurrentUser;
    return { ...(await this.profile(user)), whyKept: await this.profiles.whyKept(user.id) };
  }

  private async profile(user: CurrentUser): Promise<ProfileView> {
    const sessions = await this.sessions.list(user.id);
    const views = sessions.map((session) => sessionView(session, user.sessionId));
    return { ...userView(await this.users.get(user.id)), sessions: views };
  }
}
