import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProjects1763600100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE projects (
        id uuid CONSTRAINT projects_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        slug varchar(63) NOT NULL CONSTRAINT projects_slug_key UNIQUE
          CONSTRAINT projects_slug_check CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
        name varchar(100) NOT NULL,
        description varchar(1000) NOT NULL DEFAULT '',
        unified_enabled boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE project_members (
        project_id uuid NOT NULL
          CONSTRAINT project_members_project_id_fkey REFERENCES projects ON DELETE CASCADE,
        user_id uuid NOT NULL
          CONSTRAINT project_members_user_id_fkey REFERENCES users ON DELETE CASCADE,
        role varchar(16) NOT NULL
          CONSTRAINT project_members_role_check CHECK (role IN ('Owner', 'Developer', 'Reporter')),
        joined_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT project_members_pkey PRIMARY KEY (project_id, user_id)
      )`);
    await runner.query('CREATE INDEX project_members_user_idx ON project_members (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE project_members');
    await runner.query('DROP TABLE projects');
  }
}
