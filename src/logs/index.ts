export { LogUpkeep } from './log-upkeep.js';
export { LogsModule } from './logs.module.js';
