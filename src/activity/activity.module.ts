import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.js';
import { ProjectsModule } from '../projects/index.js';
import { ActivitiesService } from './activities.service.js';
import { ActivityLog } from './activity-log.js';
import { AdminActivitiesController } from './admin-activities.controller.js';
import { TeamsModule } from '../teams/index.js';
import { ProjectActivitiesController } from './project-activities.controller.js';
import { TeamActivitiesController } from './team-activities.controller.js';

/** What people did: it hears of every deed, and shows the feeds. */
@Module({
  imports: [AuthModule, ProjectsModule, TeamsModule],
  controllers: [ProjectActivitiesController, TeamActivitiesController, AdminActivitiesController],
  providers: [ActivitiesService, ActivityLog],
})
export class ActivityModule {}
