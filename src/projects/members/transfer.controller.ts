import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type CurrentUser, Who } from '../../auth/index.js';
import { Answers } from '../../shared/api/index.js';
import { type Answer, saved } from '../../shared/html/index.js';
import type { ProjectContext } from '../project-context.js';
import { InProject, NeedsRole } from '../project.decorators.js';
import { TransferForm } from './member.form.js';
import { MembersService } from './members.service.js';

@ApiTags('members')
@Controller('projects/:project/transfer')
export class TransferController {
  constructor(private readonly members: MembersService) {}

  @ApiOperation({ summary: 'Give the project to another member; you stay as Developer' })
  @Answers(null)
  @NeedsRole('Owner')
  @Post()
  async transfer(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Body() { userId }: TransferForm,
  ): Promise<Answer> {
    await this.members.transfer(project, userId, user);
    return saved(`/projects/${project.slug}/members`, null, { notice: 'The project has another Owner now.' });
  }
}
