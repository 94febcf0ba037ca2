import { Controller, Delete, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { type CurrentUser, Who } from '../auth/index.js';
import { Answers } from '../shared/api/index.js';
import { type Answer, saved } from '../shared/html/index.js';
import { Favorite } from './favorite.entity.js';
import type { ProjectContext } from './project-context.js';
import { InProject } from './project.decorators.js';

/** A mark of one's own: it concerns nobody else, and is no activity. */
@ApiTags('projects')
@Controller('projects/:project/favorite')
export class FavoriteController {
  constructor(@InjectRepository(Favorite) private readonly favorites: Repository<Favorite>) {}

  @ApiOperation({ summary: 'Mark the project as one of your favorites' })
  @Answers(null)
  @Put()
  async mark(@InProject() project: ProjectContext, @Who() user: CurrentUser): Promise<Answer> {
    await this.favorites.upsert({ userId: user.id, projectId: project.id }, ['userId', 'projectId']);
    return saved('/projects', null, { notice: `${project.name} is one of your favorites.` });
  }

  @ApiOperation({ summary: 'Take the mark off' })
  @Answers(null)
  @Delete()
  async unmark(@InProject() project: ProjectContext, @Who() user: CurrentUser): Promise<Answer> {
    await this.favorites.delete({ userId: user.id, projectId: project.id });
    return saved('/projects', null, { notice: `${project.name} is not a favorite any more.` });
  }
}
