import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/index.js';
import { LastTeamOwners } from './last-team-owners.service.js';
import { TeamAccess } from './team-access.service.js';
import { TeamList } from './team-list.service.js';
import { TeamMember } from './team-member.entity.js';
import { TeamMemberPages } from './team-member-pages.service.js';
import { TeamMembersController } from './team-members.controller.js';
import { TeamMembers } from './team-members.service.js';
import { TeamPeople } from './team-people.service.js';
import { TeamProjects } from './team-projects.js';
import { TeamController } from './team.controller.js';
import { Team } from './team.entity.js';
import { TeamGuard } from './team.guard.js';
import { TeamsController } from './teams.controller.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [AuthModule, TypeOrmModule.forFeature([Team, TeamMember])],
  // `teams/new` must be looked at before `teams/:team`.
  controllers: [TeamsController, TeamMembersController, TeamController],
  providers: [
    { provide: APP_GUARD, useClass: TeamGuard },
    LastTeamOwners,
    TeamAccess,
    TeamList,
    TeamMemberPages,
    TeamMembers,
    TeamPeople,
    TeamProjects,
    TeamsService,
  ],
  exports: [TeamAccess, TeamList, TeamProjects],
})
export class TeamsModule {}
