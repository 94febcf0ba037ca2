import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One index in place of two: it keeps calls unique, lists them, and finds one by its id, which tells its time. */
export class KeyCallLogsByProject1763600330000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE tool_call_logs
        DROP CONSTRAINT tool_call_logs_pk,
        ADD CONSTRAINT tool_call_logs_pk PRIMARY KEY (project_id, at, id)`);
    await queryRunner.query('DROP INDEX tool_call_logs_project_at_index');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'CREATE INDEX tool_call_logs_project_at_index ON tool_call_logs (project_id, at DESC, id DESC)',
    );
    await queryRunner.query(`
      ALTER TABLE tool_call_logs
        DROP CONSTRAINT tool_call_logs_pk,
        ADD CONSTRAINT tool_call_logs_pk PRIMARY KEY (id, at)`);
  }
}
