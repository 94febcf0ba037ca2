import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Registered MCP servers and the catalogue that each one offered when it was last asked. */
export class CreateServers1763600200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE mcp_servers (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        project_id uuid NOT NULL,
        name text NOT NULL,
        description text NOT NULL DEFAULT '',
        transport text NOT NULL,
        command text,
        args jsonb NOT NULL DEFAULT '[]',
        cwd text,
        url text,
        sealed_url text,
        env jsonb NOT NULL DEFAULT '{}',
        headers jsonb NOT NULL DEFAULT '{}',
        timeout_ms integer NOT NULL,
        pool text NOT NULL DEFAULT 'shared',
        definition_policy text NOT NULL DEFAULT 'auto',
        enabled boolean NOT NULL DEFAULT true,
        revision integer NOT NULL DEFAULT 1,
        status text NOT NULL DEFAULT 'starting',
        last_checked_at timestamptz,
        last_error text,
        handshake text,
        catalogue_hash text,
        created_by uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT mcp_servers_pkey PRIMARY KEY (id),
        CONSTRAINT mcp_servers_project_fkey FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
        CONSTRAINT mcp_servers_created_by_fkey FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
        CONSTRAINT mcp_servers_name_check CHECK (char_length(name) BETWEEN 1 AND 48),
        CONSTRAINT mcp_servers_transport_check CHECK (transport IN ('stdio', 'streamable-http', 'sse')),
        CONSTRAINT mcp_servers_address_check CHECK (
          CASE transport WHEN 'stdio' THEN command IS NOT NULL AND url IS NULL ELSE url IS NOT NULL AND command IS NULL END
        ),
        CONSTRAINT mcp_servers_pool_check CHECK (pool IN ('shared', 'session', 'call')),
        CONSTRAINT mcp_servers_definition_policy_check CHECK (definition_policy IN ('auto', 'ask')),
        CONSTRAINT mcp_servers_status_check CHECK (
          status IN ('online', 'offline', 'starting', 'error', 'disabled', 'needs_secret', 'needs_sign_in')
        )
      )`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX mcp_servers_project_name_key ON mcp_servers (project_id, lower(name))`,
    );
    await queryRunner.query('CREATE INDEX mcp_servers_created_by_idx ON mcp_servers (created_by)');
    await queryRunner.query(`
      CREATE TABLE mcp_tools (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        server_id uuid NOT NULL,
        name text NOT NULL,
        definition text NOT NULL,
        hash text NOT NULL,
        position integer NOT NULL,
        enabled boolean NOT NULL DEFAULT true,
        state text NOT NULL DEFAULT 'approved',
        removed_at timestamptz,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT mcp_tools_pkey PRIMARY KEY (id),
        CONSTRAINT mcp_tools_server_name_key UNIQUE (server_id, name),
        CONSTRAINT mcp_tools_server_fkey FOREIGN KEY (server_id) REFERENCES mcp_servers (id) ON DELETE CASCADE,
        CONSTRAINT mcp_tools_state_check CHECK (state IN ('approved', 'new', 'changed'))
      )`);
    await queryRunner.query(`
      CREATE TABLE mcp_prompts (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        server_id uuid NOT NULL,
        name text NOT NULL,
        definition text NOT NULL,
        position integer NOT NULL,
        CONSTRAINT mcp_prompts_pkey PRIMARY KEY (id),
        CONSTRAINT mcp_prompts_server_name_key UNIQUE (server_id, name),
        CONSTRAINT mcp_prompts_server_fkey FOREIGN KEY (server_id) REFERENCES mcp_servers (id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`
      CREATE TABLE mcp_resources (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        server_id uuid NOT NULL,
        kind text NOT NULL,
        uri text NOT NULL,
        definition text NOT NULL,
        position integer NOT NULL,
        CONSTRAINT mcp_resources_pkey PRIMARY KEY (id),
        CONSTRAINT mcp_resources_server_kind_uri_key UNIQUE (server_id, kind, uri),
        CONSTRAINT mcp_resources_server_fkey FOREIGN KEY (server_id) REFERENCES mcp_servers (id) ON DELETE CASCADE,
        CONSTRAINT mcp_resources_kind_check CHECK (kind IN ('resource', 'template'))
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE mcp_resources, mcp_prompts, mcp_tools, mcp_servers`);
  }
}
