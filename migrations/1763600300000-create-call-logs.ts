import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was called and what happened to servers. Names of servers, keys and people are kept as they were at the time, so that
 * a row still says who and what after these are gone; only the project, the unit of tenancy, takes its rows along.
 */
export class CreateCallLogs1763600300000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE tool_call_logs (
        id uuid NOT NULL,
        at timestamptz NOT NULL,
        project_id uuid NOT NULL,
        server_id uuid,
        server_name text,
        endpoint text NOT NULL,
        transport text NOT NULL,
        session_id text,
        client_name text,
        client_version text,
        api_key_id uuid,
        api_key_name text,
        api_key_prefix text,
        user_id uuid,
        user_name text,
        ip text,
        user_agent text,
        method text NOT NULL,
        tool text,
        status text NOT NULL,
        error_code text,
        error_message text,
        arguments text,
        arguments_truncated boolean NOT NULL,
        arguments_sha256 bytea,
        result text,
        result_truncated boolean NOT NULL,
        result_sha256 bytea,
        request_bytes integer NOT NULL,
        response_bytes integer NOT NULL,
        duration_ms double precision NOT NULL,
        queue_ms double precision NOT NULL,
        trace_id text,
        CONSTRAINT tool_call_logs_pk PRIMARY KEY (id, at),
        CONSTRAINT tool_call_logs_project_fk FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
        CONSTRAINT tool_call_logs_status_check CHECK (status IN ('success', 'error', 'timeout', 'cancelled')),
        CONSTRAINT tool_call_logs_transport_check CHECK (transport IN ('streamable-http', 'sse', 'web'))
      ) PARTITION BY RANGE (at)`);
    await queryRunner.query(
      'CREATE INDEX tool_call_logs_project_at_index ON tool_call_logs (project_id, at DESC, id DESC)',
    );
    await queryRunner.query(`
      CREATE INDEX tool_call_logs_failures_index ON tool_call_logs (project_id, status, at DESC, id DESC)
      WHERE status <> 'success'`);
    await queryRunner.query('CREATE TABLE tool_call_logs_default PARTITION OF tool_call_logs DEFAULT');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE tool_call_logs');
  }
}
