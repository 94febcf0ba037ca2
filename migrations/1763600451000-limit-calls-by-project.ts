import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LimitCallsByProject1763600451000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE projects ADD call_timeout_ms integer
        CONSTRAINT projects_call_timeout_ms_check CHECK (call_timeout_ms >= 100 AND call_timeout_ms <= 3600000)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE projects DROP call_timeout_ms');
  }
}
