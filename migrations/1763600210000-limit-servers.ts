import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many links and how many calls at once a server bears. */
export class LimitServers1763600210000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE mcp_servers
        ADD COLUMN max_connections integer,
        ADD COLUMN max_concurrency integer,
        ADD CONSTRAINT mcp_servers_max_connections_check CHECK (max_connections BETWEEN 1 AND 1024),
        ADD CONSTRAINT mcp_servers_max_concurrency_check CHECK (max_concurrency BETWEEN 1 AND 1024)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE mcp_servers DROP COLUMN max_connections, DROP COLUMN max_concurrency');
  }
}
