import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import type { Database } from './database.js';
import { migrate } from './migrate.js';

/** Injection token of the `Database` that the process runs on, for what needs a connection of its own. */
export const DATABASE = Symbol('Database');

/**
 * Migrates, then connects. The database stops in `onApplicationShutdown`, so whatever is to be flushed is flushed in
 * `onModuleDestroy` or `beforeApplicationShutdown`.
 */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  static with(database: Database): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [TypeOrmModule.forRootAsync({ useFactory: () => migratedOptions(database.url) })],
      providers: [{ provide: DATABASE, useValue: database }],
      exports: [DATABASE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
    await this.database.stop();
  }
}

async function migratedOptions(url: string) {
  await migrate(url);
  return { ...(await dataSourceOptions(url)), retryAttempts: 1 };
}
