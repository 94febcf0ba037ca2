export { GatewayListener } from './gateway-listener.js';
export { McpGatewayModule } from './mcp-gateway.module.js';
