import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.js';
import { AdminUsersController } from './admin-users.controller.js';
import { Dashboard } from './dashboard.service.js';
import { DashboardController } from './dashboard.controller.js';

/** The pages of administrators over what the other modules have. */
@Module({
  imports: [AuthModule],
  controllers: [DashboardController, AdminUsersController],
  providers: [Dashboard],
})
export class AdminModule {}
