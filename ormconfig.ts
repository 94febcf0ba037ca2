import { DataSource } from 'typeorm';
import { readConfig } from './src/shared/config/index.js';
import { dataSourceOptions, reachDatabase } from './src/shared/database/index.js';

/** For the TypeORM command line (`typeorm -d dist/ormconfig.js …`); it ends the embedded database with itself. */
const { url } = await reachDatabase(readConfig());

export default new DataSource(await dataSourceOptions(url));
