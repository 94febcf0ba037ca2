import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from './data-source.js';
import type { Database } from './database.js';
import { migrate } from './migrate.js';

/** Injection token of the `Database`, for what needs connections of its own beside the data source. */
export const DATABASE = Symbol('Database');

/**
 * Migrates, then connects. The data source closes in `onApplicationShutdown`, so whatever is to be flushed is flushed in
 * `onModuleDestroy` or `beforeApplicationShutdown`.
 */
@Global()
@Module({})
export class DatabaseModule {
  static at(url: string): DynamicModule {
    const database: Database = { url };
    return {
      module: DatabaseModule,
      imports: [TypeOrmModule.forRootAsync({ useFactory: () => migratedOptions(url) })],
      providers: [{ provide: DATABASE, useValue: database }],
      exports: [DATABASE],
    };
  }
}

async function migratedOptions(url: string) {
  await migrate(url);
  return { ...(await dataSourceOptions(url)), retryAttempts: 1 };
}
