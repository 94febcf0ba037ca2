import { Inject, Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { DATABASE, type Database, giveWay, sqlState } from '../../shared/database/index.js';
import type { Entry } from './entry.js';
import { statementsFor } from './inserts.js';

/** PostgreSQL refused a row for what is in it: data exception, integrity constraint violation (Appendix A). */
const ROW_FAULT = /^(?:22|23)/;

/** A black-holed connection is given up after this, and its statement sent again: every statement may be repeated. */
const ANSWER_TIMEOUT_MS = 5000;

/** Writes entries over a connection of its own, so that pages never wait for the log nor the log for pages. */
@Injectable()
export class LogWriter {
  private readonly logger = new Logger(LogWriter.name);
  private readonly pool: pg.Pool;

  constructor(@Inject(DATABASE) database: Database) {
    this.pool = new pg.Pool({
      connectionString: database.url,
      application_name: 'mcp-orchestrator recorder',
      max: 1,
      connectionTimeoutMillis: 2000,
      query_timeout: ANSWER_TIMEOUT_MS,
      statement_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
    });
    // On the client as well: the pool hears it only between its uses, and an error that nobody hears ends the process.
    this.pool.on('connect', (client) => {
      client.on('error', (error) => this.logger.debug(error.message));
      // Rows have time, calls have not.
      giveWay(database.url, (client as pg.PoolClient & { processID: number }).processID);
    });
    this.pool.on('error', () => undefined);
  }

  /** @throws when the database cannot be reached; a row that it refuses is left out and named in the log. */
  async write(entries: readonly Entry[]): Promise<void> {
    try {
      await this.send(entries);
    } catch (error) {
      if (!ROW_FAULT.test(sqlState(error) ?? '')) throw error;
      if (entries.length === 1) this.refuse(entries[0] as Entry, error);
      else await this.writeHalves(entries);
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async writeHalves(entries: readonly Entry[]): Promise<void> {
    const middle = entries.length >> 1;
    await this.write(entries.slice(0, middle));
    await this.write(entries.slice(middle));
  }

  private async send(entries: readonly Entry[]): Promise<void> {
    const client = await this.pool.connect();
    try {
      for (const statement of statementsFor(entries)) await client.query(statement);
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  private refuse({ kind, row }: Entry, error: unknown): void {
    const id = 'id' in row ? row.id : row.sessionId;
    this.logger.error(`The database refused the ${kind} ${id}; it is not recorded: ${(error as Error).message}`);
  }
}
