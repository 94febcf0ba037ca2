import { Module } from '@nestjs/common';
import { ProjectsGateway, ProjectsModule } from '../projects/index.js';
import { ServersGateway, ServersModule, UpstreamPool } from '../servers/index.js';
import { CONFIG, type Config } from '../shared/config/index.js';
import { Sealer } from '../shared/crypto/index.js';
import { Changes, Events } from '../shared/events/index.js';
import { GatewayListener } from './gateway-listener.js';

/** What the listener needs, taken from the modules that own it. */
const listener = {
  provide: GatewayListener,
  inject: [CONFIG, ProjectsGateway, ServersGateway, UpstreamPool, Events, Changes, Sealer],
  useFactory: (
    ...[config, projects, servers, pool, events, changes, sealer]: [
      Config,
      ProjectsGateway,
      ServersGateway,
      UpstreamPool,
      Events,
      Changes,
      Sealer,
    ]
  ): GatewayListener => {
    const gateway = new GatewayListener({ config, projects, servers, pool, events, sealer });
    changes.listen((change) => gateway.follow(change));
    return gateway;
  },
};

/** The hot path: MCP clients' requests, in and out. */
@Module({ imports: [ProjectsModule, ServersModule], providers: [listener], exports: [GatewayListener] })
export class McpGatewayModule {}
