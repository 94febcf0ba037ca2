import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateChangeCounters1763599900001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE change_counters (
        topic text CONSTRAINT change_counters_pkey PRIMARY KEY,
        version bigint NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE change_counters');
  }
}
