import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateServerLogs1763600320000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE server_logs (
        id uuid NOT NULL,
        at timestamptz NOT NULL,
        project_id uuid NOT NULL,
        server_id uuid NOT NULL,
        server_name text,
        level text NOT NULL,
        category text NOT NULL,
        message text NOT NULL,
        details jsonb,
        CONSTRAINT server_logs_pk PRIMARY KEY (id),
        CONSTRAINT server_logs_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
        CONSTRAINT server_logs_level_check CHECK (level IN ('debug', 'info', 'warning', 'error', 'critical')),
        CONSTRAINT server_logs_category_check CHECK (category IN ('connection', 'startup', 'shutdown', 'tool_execution',
          'status_check', 'configuration', 'stderr', 'error'))
      )`);
    await queryRunner.query('CREATE INDEX server_logs_project_index ON server_logs (project_id, at DESC, id DESC)');
    await queryRunner.query('CREATE INDEX server_logs_server_index ON server_logs (server_id, at DESC, id DESC)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE server_logs');
  }
}
