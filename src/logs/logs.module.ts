import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.js';
import { ProjectsModule } from '../projects/index.js';
import { ServersModule } from '../servers/index.js';
import { CallFacts } from './call-facts.js';
import { CallMetricsService } from './call-metrics.service.js';
import { CallsService } from './calls.service.js';
import { ClientSessionsService } from './client-sessions.service.js';
import { LogReader } from './log-reader.js';
import { LogUpkeep } from './log-upkeep.js';
import { Partitions } from './partitions.js';
import { LogWriter } from './recorder/log-writer.js';
import { Recorder } from './recorder/recorder.js';
import { Spool } from './recorder/spool.js';
import { ServerLogsController } from './server-logs.controller.js';
import { ServerLogsService } from './server-logs.service.js';
import { ServerStatsController } from './server-stats.controller.js';
import { SessionsController } from './sessions.controller.js';
import { ToolCallLogsController } from './tool-call-logs.controller.js';

@Module({
  imports: [AuthModule, ProjectsModule, ServersModule],
  controllers: [ToolCallLogsController, SessionsController, ServerLogsController, ServerStatsController],
  providers: [
    CallFacts,
    CallMetricsService,
    CallsService,
    ClientSessionsService,
    LogReader,
    LogUpkeep,
    LogWriter,
    Partitions,
    Recorder,
    ServerLogsService,
    Spool,
  ],
  exports: [LogUpkeep],
})
export class LogsModule {}
