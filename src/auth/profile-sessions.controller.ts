import { Controller, Delete, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import { Answers } from '../shared/api/index.js';
import { NotFound } from '../shared/errors/index.js';
import { type Answer, saved } from '../shared/html/index.js';
import { type CurrentUser, Who } from './current-user.js';
import { SessionEndings } from './session-endings.service.js';

@ApiTags('profile')
@Controller('profile/sessions')
export class ProfileSessionsController {
  constructor(private readonly endings: SessionEndings) {}

  @ApiOperation({ summary: 'Sign out everywhere else' })
  @Answers(null)
  @Delete()
  async destroyOthers(@Who() user: CurrentUser): Promise<Answer> {
    await this.endings.endOthers(user);
    return saved('/profile', null, { notice: 'Every other session is signed out.' });
  }

  @ApiOperation({ summary: 'Sign out one of your sessions' })
  @Answers(null)
  @Delete(':session')
  async destroy(@Who() user: CurrentUser, @Param('session') id: string): Promise<Answer> {
    if (!isUUID(id)) throw new NotFound('session');
    await this.endings.end(user, id);
    return saved('/profile', null, { notice: 'That session is signed out.' });
  }
}
