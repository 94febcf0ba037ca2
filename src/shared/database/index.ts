export { containing } from './containing.js';
export { dataSourceOptions } from './data-source.js';
export type { Database, RunningDatabase } from './database.js';
export { DATABASE, DatabaseModule } from './database.module.js';
export { isUniqueViolation, SqlState, sqlState } from './errors.js';
export { migrate, migrationStatus, revertMigration } from './migrate.js';
export { Notifications } from './notifications.js';
export { Setting } from './setting.entity.js';
export { reachDatabase, startDatabase } from './start-database.js';
