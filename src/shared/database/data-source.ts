import { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entityClasses, migrationClasses } from './load-classes.js';
import { SnakeCaseColumns } from './naming.js';

const logger = new Logger('Database');

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** When the server gives a statement up; the client waits a second longer, in case no answer comes at all. */
const STATEMENT_TIMEOUT_MS = 10_000;

function baseOptions(url: string): PostgresOptions {
  return {
    type: 'postgres',
    url,
    synchronize: false,
    namingStrategy: new SnakeCaseColumns(),
    uuidExtension: 'pgcrypto', // means gen_random_uuid(), which is built in: nothing is installed
    installExtensions: false,
    logging: false, // it would show parameters; whoever catches an error logs it
    poolErrorHandler: (error: Error) => logger.debug(`An idle database connection broke: ${error.message}`),
  };
}

/** Options of the data source that serves requests: no caller waits for a dead database without end. */
export async function dataSourceOptions(url: string): Promise<DataSourceOptions> {
  return {
    ...baseOptions(url),
    applicationName: 'mcp-orchestrator',
    entities: await entityClasses(),
    migrations: await migrationClasses(),
    poolSize: 20,
    connectTimeoutMS: 2000,
    extra: {
      options: '-c timezone=UTC',
      keepAlive: true,
      min: 4, // a new connection needs the thread pool for its SCRAM hash, and waits there behind password hashes
      idleTimeoutMillis: 60_000,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS + 1000,
      idle_in_transaction_session_timeout: 30_000,
    },
  };
}

/** One connection without time limits, because migrations wait for each other and may take minutes. */
export async function openForMigrations(url: string): Promise<DataSource> {
  const dataSource = new DataSource({
    ...baseOptions(url),
    applicationName: 'mcp-orchestrator migrations',
    migrations: await migrationClasses(),
    poolSize: 1,
    connectTimeoutMS: 10_000,
    extra: { options: '-c timezone=UTC', keepAlive: true },
  });
  return dataSource.initialize();
}
