import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SqlState, sqlState } from '../shared/database/index.js';
import { Invalid } from '../shared/errors/index.js';

const TIME_LIMIT_MS = 5000;

/** Reads the log's tables, where a question may be too broad to be answered in time. */
@Injectable()
export class LogReader {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws Invalid when it takes more than 5 s. */
  async rows<Row>(sql: string, values: unknown[]): Promise<Row[]> {
    try {
      return await this.dataSource.transaction(async (manager) => {
        await manager.query(`SET LOCAL statement_timeout = ${TIME_LIMIT_MS}`);
        return manager.query<Row[]>(sql, values);
      });
    } catch (error) {
      if (sqlState(error) !== SqlState.queryCanceled) throw error;
      throw new Invalid({ range: 'This search is too broad to be answered in time: choose a shorter time range.' });
    }
  }
}
