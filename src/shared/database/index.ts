export { dataSourceOptions } from './data-source.js';
export type { Database, RunningDatabase } from './database.js';
export { DATABASE, DatabaseModule } from './database.module.js';
export { isUniqueViolation, sqlState } from './errors.js';
export { migrate, migrationStatus, revertMigration, type MigrationStatus } from './migrate.js';
export { Notifications, type NotificationHandlers } from './notifications.js';
export { Setting } from './setting.entity.js';
export { reachDatabase, startDatabase } from './start-database.js';
