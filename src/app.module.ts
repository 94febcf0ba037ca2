import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AdminModule } from './admin/index.js';
import { ActivityModule } from './activity/index.js';
import { AuthModule } from './auth/index.js';
import { LogsModule } from './logs/index.js';
import { McpGatewayModule } from './mcp-gateway/index.js';
import { ProjectsModule } from './projects/index.js';
import { ServersModule } from './servers/index.js';
import { type Config, ConfigModule } from './shared/config/index.js';
import { CryptoModule } from './shared/crypto/index.js';
import { DatabaseModule } from './shared/database/index.js';
import { EventsModule } from './shared/events/index.js';
import { HttpModule } from './shared/http/index.js';
import { TeamsModule } from './teams/index.js';

/** Guards act in the order of these imports: who is it, which team, which project, is it our page, is it too much. */
@Module({})
export class AppModule {
  static with(config: Config, databaseUrl: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        DatabaseModule.at(databaseUrl),
        CryptoModule,
        EventsModule,
        ScheduleModule.forRoot(),
        AuthModule,
        TeamsModule,
        ProjectsModule,
        HttpModule,
        ServersModule,
        LogsModule,
        ActivityModule,
        AdminModule,
        McpGatewayModule,
      ],
    };
  }
}
