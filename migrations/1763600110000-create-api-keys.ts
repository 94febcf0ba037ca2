import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateApiKeys1763600110000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api_keys (
        id uuid CONSTRAINT api_keys_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        project_id uuid NOT NULL
          CONSTRAINT api_keys_project_id_fkey REFERENCES projects ON DELETE CASCADE,
        created_by uuid NOT NULL
          CONSTRAINT api_keys_created_by_fkey REFERENCES users ON DELETE CASCADE,
        name varchar(100) NOT NULL,
        hash bytea NOT NULL CONSTRAINT api_keys_hash_key UNIQUE,
        prefix varchar(16) NOT NULL,
        last4 varchar(4) NOT NULL,
        scopes text[] NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        last_used_client varchar(200),
        last_used_ip varchar(45),
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX api_keys_project_idx ON api_keys (project_id, created_at)');
    await runner.query('CREATE INDEX api_keys_created_by_idx ON api_keys (created_by)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_keys');
  }
}
