import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TellEffectiveRoles1763600410000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE project_members
        ADD invited_as varchar(16) NOT NULL DEFAULT 'individual'
          CONSTRAINT project_members_invited_as_check CHECK (invited_as IN ('team_member', 'individual', 'external')),
        ADD expires_at timestamptz`);
    // Ranks: 1 Owner, 2 Developer, 3 Reporter. Of several grants the highest role counts; a team's is capped by its invitation.
    await runner.query(`
      CREATE VIEW project_roles AS
      SELECT project_id, user_id, (ARRAY['Owner', 'Developer', 'Reporter'])[min(rank)] AS role
      FROM (
        SELECT project_id, user_id, array_position(ARRAY['Owner', 'Developer', 'Reporter'], role::text) AS rank
        FROM project_members WHERE expires_at IS NULL OR expires_at > now()
        UNION ALL
        SELECT invited.project_id, member.user_id, greatest(
          array_position(ARRAY['Owner', 'Developer', 'Reporter'], member.role::text),
          array_position(ARRAY['Owner', 'Developer', 'Reporter'], invited.role::text))
        FROM project_teams AS invited JOIN team_members AS member USING (team_id)
      ) AS granted
      GROUP BY project_id, user_id`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW project_roles');
    await runner.query('ALTER TABLE project_members DROP invited_as, DROP expires_at');
  }
}
