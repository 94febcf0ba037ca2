import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateInvitations1763600430000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE invitations (
        id uuid CONSTRAINT invitations_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        project_id uuid NOT NULL CONSTRAINT invitations_project_id_fkey REFERENCES projects ON DELETE CASCADE,
        email text NOT NULL CONSTRAINT invitations_email_check CHECK (char_length(email) BETWEEN 3 AND 254),
        role varchar(16) NOT NULL
          CONSTRAINT invitations_role_check CHECK (role IN ('Owner', 'Developer', 'Reporter')),
        invited_as varchar(16) NOT NULL
          CONSTRAINT invitations_invited_as_check CHECK (invited_as IN ('team_member', 'individual', 'external')),
        token_hash bytea NOT NULL CONSTRAINT invitations_token_hash_key UNIQUE,
        invited_by uuid CONSTRAINT invitations_invited_by_fkey REFERENCES users ON DELETE SET NULL,
        membership_expires_at timestamptz,
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE UNIQUE INDEX invitations_project_email_key ON invitations (project_id, lower(email))');
    await runner.query('CREATE INDEX invitations_invited_by_idx ON invitations (invited_by)');
    await runner.query(`
      CREATE TABLE favorites (
        user_id uuid NOT NULL CONSTRAINT favorites_user_id_fkey REFERENCES users ON DELETE CASCADE,
        project_id uuid NOT NULL CONSTRAINT favorites_project_id_fkey REFERENCES projects ON DELETE CASCADE,
        CONSTRAINT favorites_pkey PRIMARY KEY (user_id, project_id)
      )`);
    await runner.query('CREATE INDEX favorites_project_idx ON favorites (project_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE favorites');
    await runner.query('DROP TABLE invitations');
  }
}
