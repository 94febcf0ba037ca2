import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { currentUser, type CurrentUser, Who } from '../../auth/index.js';
import { Answers } from '../../shared/api/index.js';
import { type Answer, FormView, page, saved } from '../../shared/html/index.js';
import { ProjectContext } from '../project-context.js';
import { InProject, NeedsRole } from '../project.decorators.js';
import { ProjectSecurity } from './project-security.service.js';
import { SecurityForm } from './security.form.js';
import { SecurityView, securityView } from './security.view.js';

@ApiTags('projects')
@Controller('projects/:project/security')
export class SecurityController {
  constructor(private readonly security: ProjectSecurity) {}

  @ApiOperation({ summary: 'Who may use the endpoints of the project, from where and how much' })
  @Answers(SecurityView)
  @Get()
  async show(@InProject() project: ProjectContext, @Who() user: CurrentUser): Promise<Answer> {
    const view = securityView(await this.security.of(project.id), user.ip);
    const values = { ...view, allowedIpRanges: view.allowedIpRanges.join('\n') };
    return page('projects/security', view, { security: view, form: { values, errors: {} } });
  }

  @ApiOperation({ summary: 'Change what is given, at once and for open connections too; the rest stays' })
  @Answers(SecurityView)
  @NeedsRole('Owner')
  @FormView('projects/security', { load: 'around' })
  @Put()
  async update(
    @InProject() project: ProjectContext,
    @Who() user: CurrentUser,
    @Body() form: SecurityForm,
  ): Promise<Answer> {
    const changed = await this.security.change(project.id, form, user);
    const view = securityView(changed, user.ip);
    return saved(`/projects/${project.slug}/security`, view, { notice: 'The security settings are saved.' });
  }

  /** What the page shows beside what was sent. */
  async around(request: Request): Promise<object> {
    const { id } = request.project as ProjectContext;
    const yourAddress = currentUser(request)?.ip ?? null;
    return { security: securityView(await this.security.of(id), yourAddress) };
  }
}
