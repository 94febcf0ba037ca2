export { McpServer, type ServerStatus, type Transport } from './server.entity.js';
export { ServersModule } from './servers.module.js';
export {
  type GatewayEntry,
  type GatewayPrompt,
  type GatewayResource,
  type GatewayServer,
  type GatewayTool,
  ServersGateway,
} from './servers-gateway.service.js';
export { ServerPages, type ServerRow } from './server-pages.service.js';
export { ServersService } from './servers.service.js';
export { type ToolFact, ToolFacts } from './tool-facts.js';
export * from './upstream/index.js';
