export { CONFIG, type Config } from './config.js';
export { ConfigModule } from './config.module.js';
export { ConfigError, decodeKey, readConfig } from './read-config.js';
