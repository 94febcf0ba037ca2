import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateActivities1763600440000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // No foreign keys: who deleted a project, and what was done in it, stays on record when project, team or person are gone.
    await runner.query(`
      CREATE TABLE activities (
        id uuid CONSTRAINT activities_pkey PRIMARY KEY,
        at timestamptz NOT NULL,
        type text NOT NULL CONSTRAINT activities_type_check CHECK (type ~ '^[a-z]+[.][a-z_]+$'),
        actor_id uuid,
        actor_name text,
        ip inet,
        project_id uuid,
        team_id uuid,
        object_type text NOT NULL,
        object_id text,
        object_name text NOT NULL,
        changes jsonb NOT NULL DEFAULT '[]'
      )`);
    await runner.query('CREATE INDEX activities_project_idx ON activities (project_id, at DESC, id DESC)');
    await runner.query('CREATE INDEX activities_team_idx ON activities (team_id, at DESC, id DESC)');
    await runner.query('CREATE INDEX activities_at_idx ON activities (at DESC, id DESC)');
    await runner.query('CREATE INDEX activities_actor_idx ON activities (actor_id, at DESC, id DESC)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE activities');
  }
}
