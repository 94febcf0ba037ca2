import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProjectsModule } from '../projects/index.js';
import { McpPrompt, McpResource, McpTool } from './catalogue.entities.js';
import { CatalogueController } from './catalogue.controller.js';
import { CatalogueService } from './catalogue.service.js';
import { CatalogueStore } from './catalogue-store.service.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { LinkUpkeep } from './link-upkeep.service.js';
import { ProjectHooks } from './project-hooks.service.js';
import { Registrar } from './registrar.service.js';
import { RegistrationCheck } from './registration-check.js';
import { McpServer } from './server.entity.js';
import { ServerChecks } from './server-checks.service.js';
import { ServerImportController } from './server-import.controller.js';
import { ServerImport } from './server-import.service.js';
import { ServerLifecycle } from './server-lifecycle.service.js';
import { ServerPages } from './server-pages.service.js';
import { ServerPorting } from './server-porting.service.js';
import { ServerPolicy } from './server-policy.js';
import { ServerSecrets } from './server-secrets.js';
import { ServerStatusController } from './server-status.controller.js';
import { ServerTestController } from './server-test.controller.js';
import { ServerTest } from './server-test.service.js';
import { ServersController } from './servers.controller.js';
import { ServerWriter } from './server-writer.service.js';
import { ServersGateway } from './servers-gateway.service.js';
import { ServersService } from './servers.service.js';
import { ToolFacts } from './tool-facts.js';
import { ArgumentCheck } from './tool-runs/argument-check.js';
import { ToolRunPage } from './tool-runs/tool-run-page.service.js';
import { ToolRuns } from './tool-runs/tool-run.service.js';
import { ToolRunsController } from './tool-runs/tool-runs.controller.js';
import { ToolsController } from './tools.controller.js';
import { UpstreamPool } from './upstream/index.js';

@Module({
  imports: [ProjectsModule, TypeOrmModule.forFeature([McpServer, McpTool, McpPrompt, McpResource])],
  // `servers/import` must be looked at before `servers/:server`.
  controllers: [
    ServerImportController,
    ServerTestController,
    ServerStatusController,
    ServersController,
    CatalogueController,
    ConnectionsController,
    ToolsController,
    ToolRunsController,
  ],
  providers: [
    ArgumentCheck,
    CatalogueService,
    CatalogueStore,
    ConnectionsService,
    LinkUpkeep,
    ProjectHooks,
    Registrar,
    RegistrationCheck,
    ServerChecks,
    ServerImport,
    ServerLifecycle,
    ServerPages,
    ServerPolicy,
    ServerPorting,
    ServerSecrets,
    ServersGateway,
    ServersService,
    ServerTest,
    ServerWriter,
    ToolFacts,
    ToolRunPage,
    ToolRuns,
    UpstreamPool,
  ],
  exports: [ServerPages, ServersGateway, ServersService, ToolFacts, UpstreamPool],
})
export class ServersModule {}
