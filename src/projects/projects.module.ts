import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/index.js';
import { TeamsModule } from '../teams/index.js';
import { ApiKey } from './api-keys/api-key.entity.js';
import { ApiKeyController } from './api-keys/api-key.controller.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { KeyWindow } from './api-keys/key-window.entity.js';
import { KeyMakers } from './api-keys/key-makers.service.js';
import { KeyRotation } from './api-keys/key-rotation.service.js';
import { KeyUsage } from './api-keys/key-usage.service.js';
import { ConnectController } from './connect/connect.controller.js';
import { Endpoints } from './connect/endpoints.service.js';
import { FilledConfigs } from './connect/filled-configs.service.js';
import { EndpointLister } from './endpoint-lister.js';
import { GettingStarted } from './getting-started.service.js';
import { Favorite } from './favorite.entity.js';
import { FavoriteController } from './favorite.controller.js';
import { Acceptance } from './invitations/acceptance.service.js';
import { AcceptanceController } from './invitations/acceptance.controller.js';
import { Invitation } from './invitations/invitation.entity.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { Invitations } from './invitations/invitations.service.js';
import { MemberList } from './members/member-list.service.js';
import { MembersController } from './members/members.controller.js';
import { MembersService } from './members/members.service.js';
import { TransferController } from './members/transfer.controller.js';
import { LastOwners } from './last-owners.service.js';
import { PortableServers } from './portability/portable-servers.js';
import { ProjectExportController } from './portability/project-export.controller.js';
import { ProjectExporter } from './portability/project-export.service.js';
import { ProjectImporter } from './portability/project-import.service.js';
import { ProjectAccess } from './project-access.service.js';
import { ProjectFacts } from './project-facts.js';
import { ProjectList } from './project-list.service.js';
import { ProjectMember } from './project-member.entity.js';
import { ProjectController } from './project.controller.js';
import { Project } from './project.entity.js';
import { ProjectGuard } from './project.guard.js';
import { ProjectSecurity } from './security/project-security.service.js';
import { SecurityController } from './security/security.controller.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsGateway } from './projects-gateway.service.js';
import { ProjectsService } from './projects.service.js';
import { InvitedTeams } from './teams/invited-teams.service.js';
import { ProjectTeam } from './teams/project-team.entity.js';
import { ProjectTeamsController } from './teams/project-teams.controller.js';
import { TeamInvitations } from './teams/team-invitations.service.js';
import { TeamProjectsController } from './teams/team-projects.controller.js';

@Module({
  imports: [
    AuthModule,
    TeamsModule,
    TypeOrmModule.forFeature([Project, ProjectMember, ProjectTeam, ApiKey, KeyWindow, Favorite, Invitation]),
  ],
  // `projects/new` must be looked at before `projects/:project`.
  controllers: [
    ProjectsController,
    ApiKeysController,
    ApiKeyController,
    ConnectController,
    MembersController,
    TransferController,
    InvitationsController,
    AcceptanceController,
    FavoriteController,
    ProjectTeamsController,
    TeamProjectsController,
    SecurityController,
    ProjectExportController,
    ProjectController,
  ],
  providers: [
    { provide: APP_GUARD, useClass: ProjectGuard },
    Acceptance,
    ApiKeysService,
    EndpointLister,
    Endpoints,
    FilledConfigs,
    GettingStarted,
    Invitations,
    InvitedTeams,
    KeyMakers,
    KeyRotation,
    KeyUsage,
    LastOwners,
    MemberList,
    MembersService,
    PortableServers,
    ProjectAccess,
    ProjectExporter,
    ProjectFacts,
    ProjectImporter,
    ProjectList,
    ProjectSecurity,
    ProjectsGateway,
    ProjectsService,
    TeamInvitations,
  ],
  exports: [EndpointLister, PortableServers, ProjectFacts, ProjectsGateway],
})
export class ProjectsModule {}
