import pg from 'pg';

/** The log's tables themselves. */
export class Rows {
  private constructor(readonly client: pg.Client) {}

  static async of(databaseUrl: string): Promise<Rows> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    return new Rows(client);
  }

  async count(table: 'tool_call_logs' | 'client_sessions' | 'server_logs'): Promise<number> {
    const { rows } = await this.client.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`);
    return rows[0]?.count ?? -1;
  }

  async clear(): Promise<void> {
    await this.client.query('TRUNCATE tool_call_logs, client_sessions, server_logs');
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
