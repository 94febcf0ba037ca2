import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateClientSessions1763600310000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE client_sessions (
        id text NOT NULL,
        project_id uuid NOT NULL,
        server_id uuid,
        endpoint text NOT NULL,
        transport text NOT NULL,
        protocol_version text NOT NULL,
        client_name text,
        client_version text,
        api_key_id uuid NOT NULL,
        ip text,
        user_agent text,
        calls integer NOT NULL DEFAULT 0,
        failures integer NOT NULL DEFAULT 0,
        started_at timestamptz NOT NULL,
        last_activity_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT client_sessions_pk PRIMARY KEY (id),
        CONSTRAINT client_sessions_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
        CONSTRAINT client_sessions_transport_check CHECK (transport IN ('streamable-http', 'sse'))
      )`);
    await queryRunner.query(
      'CREATE INDEX client_sessions_project_index ON client_sessions (project_id, started_at DESC, id DESC)',
    );
    await queryRunner.query('CREATE INDEX client_sessions_last_activity_index ON client_sessions (last_activity_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE client_sessions');
  }
}
