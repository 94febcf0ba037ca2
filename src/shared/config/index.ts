export { CONFIG, type Config } from './config.js';
export { ConfigModule } from './config.module.js';
export { programEnvironment } from './program-environment.js';
export { ConfigError, decodeKey, readConfig } from './read-config.js';
