export { EndpointLister, type ServerEndpoint } from './endpoint-lister.js';
export { type Plan, PortableServers, type ServerPorter } from './portability/portable-servers.js';
export { ProjectContext } from './project-context.js';
export { InProject, NeedsRole } from './project.decorators.js';
export { type Facts, ProjectFacts } from './project-facts.js';
export { type Role } from './project-role.js';
export { type GatewayKey, type GatewayProject, ProjectsGateway, type WindowCount } from './projects-gateway.service.js';
export { ProjectsModule } from './projects.module.js';
