export { TeamAccess } from './team-access.service.js';
export { TeamContext } from './team-context.js';
export { TeamList } from './team-list.service.js';
export { TeamProjects } from './team-projects.js';
export { InTeam } from './team.decorators.js';
export { TeamsModule } from './teams.module.js';
