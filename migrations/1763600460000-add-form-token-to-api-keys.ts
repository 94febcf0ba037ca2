import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddFormTokenToApiKeys1763600460000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_keys ADD COLUMN form_token uuid CONSTRAINT api_keys_form_token_key UNIQUE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_keys DROP COLUMN form_token');
  }
}
