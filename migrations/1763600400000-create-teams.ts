import type { MigrationInterface, QueryRunner } from 'typeorm';

const ROLE_CHECK = `CHECK (role IN ('Owner', 'Developer', 'Reporter'))`;

export class CreateTeams1763600400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE teams (
        id uuid CONSTRAINT teams_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        slug varchar(63) NOT NULL CONSTRAINT teams_slug_key UNIQUE
          CONSTRAINT teams_slug_check CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
        name varchar(100) NOT NULL,
        description varchar(1000) NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE team_members (
        team_id uuid NOT NULL CONSTRAINT team_members_team_id_fkey REFERENCES teams ON DELETE CASCADE,
        user_id uuid NOT NULL CONSTRAINT team_members_user_id_fkey REFERENCES users ON DELETE CASCADE,
        role varchar(16) NOT NULL CONSTRAINT team_members_role_check ${ROLE_CHECK},
        joined_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT team_members_pkey PRIMARY KEY (team_id, user_id)
      )`);
    await runner.query('CREATE INDEX team_members_user_idx ON team_members (user_id)');
    await runner.query(`
      CREATE TABLE project_teams (
        project_id uuid NOT NULL CONSTRAINT project_teams_project_id_fkey REFERENCES projects ON DELETE CASCADE,
        team_id uuid NOT NULL CONSTRAINT project_teams_team_id_fkey REFERENCES teams ON DELETE CASCADE,
        role varchar(16) NOT NULL CONSTRAINT project_teams_role_check ${ROLE_CHECK},
        invited_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT project_teams_pkey PRIMARY KEY (project_id, team_id)
      )`);
    await runner.query('CREATE INDEX project_teams_team_idx ON project_teams (team_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['project_teams', 'team_members', 'teams']) await runner.query(`DROP TABLE ${table}`);
  }
}
