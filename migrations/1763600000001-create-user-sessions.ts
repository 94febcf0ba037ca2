import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUserSessions1763600000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE user_sessions (
        id uuid DEFAULT gen_random_uuid() CONSTRAINT user_sessions_pkey PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT user_sessions_user_fkey REFERENCES users (id) ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL DEFAULT now(),
        ip inet,
        user_agent text,
        revoked_at timestamptz
      )`);
    await runner.query('CREATE INDEX user_sessions_user_id_idx ON user_sessions (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE user_sessions');
  }
}
