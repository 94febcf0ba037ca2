import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUsers1763600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id uuid DEFAULT gen_random_uuid() CONSTRAINT users_pkey PRIMARY KEY,
        name text NOT NULL CONSTRAINT users_name_check CHECK (char_length(name) BETWEEN 1 AND 100),
        email text NOT NULL CONSTRAINT users_email_check CHECK (char_length(email) BETWEEN 3 AND 254),
        password_hash text NOT NULL,
        is_admin boolean NOT NULL DEFAULT false,
        is_active boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_login_at timestamptz
      )`);
    await runner.query('CREATE UNIQUE INDEX users_email_key ON users (lower(email))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE users');
  }
}
