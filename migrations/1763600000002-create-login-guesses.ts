import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How fast passwords may be guessed: a row per account or address that was guessed at lately, shared by all replicas. */
export class CreateLoginGuesses1763600000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE login_guesses (
        bucket bytea CONSTRAINT login_guesses_pkey PRIMARY KEY,
        free_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX login_guesses_free_at_idx ON login_guesses (free_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE login_guesses');
  }
}
