import type { MigrationInterface, QueryRunner } from 'typeorm';

export class GuardEndpoints1763600450000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE projects
        ADD auth_required boolean NOT NULL DEFAULT true,
        ADD allowed_ip_ranges text[] NOT NULL DEFAULT '{}',
        ADD rate_limit_per_minute integer CONSTRAINT projects_rate_limit_per_minute_check CHECK (rate_limit_per_minute > 0),
        ADD rate_limit_per_day integer CONSTRAINT projects_rate_limit_per_day_check CHECK (rate_limit_per_day > 0)`);
    await runner.query(`
      ALTER TABLE api_keys
        ADD allowed_ip_ranges text[] NOT NULL DEFAULT '{}',
        ADD rate_limit_per_minute integer CONSTRAINT api_keys_rate_limit_per_minute_check CHECK (rate_limit_per_minute > 0),
        ADD rate_limit_per_day integer CONSTRAINT api_keys_rate_limit_per_day_check CHECK (rate_limit_per_day > 0),
        ADD rotated_from uuid CONSTRAINT api_keys_rotated_from_fkey REFERENCES api_keys ON DELETE SET NULL`);
    await runner.query('CREATE INDEX api_keys_rotated_from_idx ON api_keys (rotated_from)');
    await runner.query(`
      CREATE TABLE api_key_windows (
        api_key_id uuid NOT NULL CONSTRAINT api_key_windows_api_key_id_fkey REFERENCES api_keys ON DELETE CASCADE,
        span varchar(8) NOT NULL CONSTRAINT api_key_windows_span_check CHECK (span IN ('minute', 'day')),
        starts_at timestamptz NOT NULL,
        requests integer NOT NULL,
        CONSTRAINT api_key_windows_pkey PRIMARY KEY (api_key_id, span, starts_at)
      )`);
    await runner.query('CREATE INDEX api_key_windows_starts_at_idx ON api_key_windows (starts_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_key_windows');
    await runner.query(`
      ALTER TABLE api_keys DROP allowed_ip_ranges, DROP rate_limit_per_minute, DROP rate_limit_per_day, DROP rotated_from`);
    await runner.query(`
      ALTER TABLE projects
        DROP auth_required, DROP allowed_ip_ranges, DROP rate_limit_per_minute, DROP rate_limit_per_day`);
  }
}
