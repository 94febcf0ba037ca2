import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../shared/config/index.js';
import { Partitions } from './partitions.js';

const DAY_MS = 86_400_000;
/** Rows that leave in one statement, so that it ends well within its time limit. */
const CHUNK = 10_000;

const END_SESSIONS = 'UPDATE client_sessions SET ended_at = last_activity_at WHERE ended_at IS NULL';

/** Keeps the log's tables in shape: days ahead are there, and what is older than LOG_RETENTION_DAYS is gone. */
@Injectable()
export class LogUpkeep implements OnModuleInit {
  private readonly logger = new Logger(LogUpkeep.name);

  constructor(
    private readonly partitions: Partitions,
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.quietly(() => this.partitions.makeAhead());
    // The embedded database serves one process, so whoever was connected when it died is not any more.
    if (!this.config.databaseUrl) await this.quietly(() => this.dataSource.query(END_SESSIONS));
  }

  /** Hourly rather than daily: what was refused because of a busy table is done an hour later. */
  @Cron('7 * * * *')
  async run(now = new Date()): Promise<void> {
    await this.quietly(() => this.partitions.makeAhead(now));
    await this.quietly(() => this.purge(now));
  }

  /** Removes calls, sessions and server logs that are older than the instance keeps them. */
  async purge(now = new Date()): Promise<void> {
    const cutoff = new Date(now.getTime() - this.config.logRetentionDays * DAY_MS);
    await this.partitions.dropBefore(cutoff);
    await this.deleteBefore('tool_call_logs_default', 'at', cutoff);
    await this.deleteBefore('server_logs', 'at', cutoff);
    await this.deleteBefore('client_sessions', 'last_activity_at', cutoff);
  }

  private async deleteBefore(table: string, column: string, cutoff: Date): Promise<void> {
    const sql = `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE ${column} < $1 LIMIT ${CHUNK})`;
    for (let deleted = CHUNK; deleted === CHUNK;) {
      [, deleted] = await this.dataSource.query<[unknown, number]>(sql, [cutoff]);
    }
  }

  /** The default partition takes what has no day of its own, so a failure here can wait for the next hour. */
  private async quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn(
        `The call log's tables could not be tended, the next try is in an hour: ${(error as Error).message}`,
      );
    }
  }
}
