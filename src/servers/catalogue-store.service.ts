import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { sha256 } from '../shared/crypto/index.js';
import { McpServer, type ServerStatus } from './server.entity.js';
import type { Catalogue, CatalogueEntry } from './upstream/index.js';

const SAVE_TOOLS = `
  INSERT INTO mcp_tools (server_id, name, definition, hash, position)
  SELECT $1, name, definition, hash, position
  FROM unnest($2::text[], $3::text[], $4::text[], $5::int[]) AS found (name, definition, hash, position)
  ON CONFLICT (server_id, name) DO UPDATE SET
    definition = excluded.definition, hash = excluded.hash, position = excluded.position, removed_at = NULL,
    updated_at = CASE WHEN mcp_tools.hash = excluded.hash THEN mcp_tools.updated_at ELSE now() END`;

const MARK_REMOVED = `
  UPDATE mcp_tools SET removed_at = now() WHERE server_id = $1 AND removed_at IS NULL AND name <> ALL ($2::text[])`;

const SAVE_PROMPTS = `
  INSERT INTO mcp_prompts (server_id, name, definition, position)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[])`;

const SAVE_RESOURCES = `
  INSERT INTO mcp_resources (server_id, kind, uri, definition, position)
  SELECT $1, $5, * FROM unnest($2::text[], $3::text[], $4::int[])`;

/** Writes what was seen of a server. Answers for a registration that has changed meanwhile are dropped. */
@Injectable()
export class CatalogueStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Whether there was anything new in it. */
  async save(server: McpServer, catalogue: Catalogue): Promise<boolean> {
    const catalogueHash = hashOf(catalogue);
    if (server.catalogueHash === catalogueHash) {
      await this.seen(this.dataSource.manager, server, { status: 'online', lastError: null });
      return false;
    }
    return this.dataSource.transaction(async (manager) => {
      const handshake = catalogue.handshake.raw;
      const current = await this.seen(manager, server, { status: 'online', lastError: null, handshake, catalogueHash });
      if (current) await this.replace(manager, server.id, catalogue);
      return current;
    });
  }

  async saveFailure(server: McpServer, status: ServerStatus, error: string): Promise<void> {
    const lastError = error.replaceAll('\0', '').slice(0, 4000);
    await this.seen(this.dataSource.manager, server, { status, lastError });
  }

  private async seen(manager: EntityManager, server: McpServer, facts: Partial<McpServer>): Promise<boolean> {
    const { id, revision } = server;
    const { affected } = await manager.update(
      McpServer,
      { id, revision, enabled: true },
      { ...facts, lastCheckedAt: new Date() },
    );
    return affected === 1;
  }

  private async replace(manager: EntityManager, serverId: string, catalogue: Catalogue): Promise<void> {
    const tools = distinct(catalogue.tools);
    const hashes = tools.map(({ definition }) => sha256(definition).toString('hex'));
    const [names, definitions, positions] = columns(tools);
    await manager.query(SAVE_TOOLS, [serverId, names, definitions, hashes, positions]);
    await manager.query(MARK_REMOVED, [serverId, names]);
    await manager.query('DELETE FROM mcp_prompts WHERE server_id = $1', [serverId]);
    const prompts = distinct(catalogue.prompts);
    await manager.query(SAVE_PROMPTS, [serverId, ...columns(prompts)]);
    await manager.query('DELETE FROM mcp_resources WHERE server_id = $1', [serverId]);
    for (const [kind, found] of [
      ['resource', catalogue.resources],
      ['template', catalogue.templates],
    ] as const) {
      const resources = distinct(found);
      await manager.query(SAVE_RESOURCES, [serverId, ...columns(resources), kind]);
    }
  }
}

/** A server that names two things alike gets the first one. */
function distinct(entries: readonly CatalogueEntry[]): CatalogueEntry[] {
  const first = new Map<string, CatalogueEntry>();
  for (const entry of entries) if (!first.has(entry.key)) first.set(entry.key, entry);
  return [...first.values()];
}

function columns(entries: readonly CatalogueEntry[]): [keys: string[], definitions: string[], positions: number[]] {
  return [entries.map(({ key }) => key), entries.map(({ definition }) => definition), entries.map((_, at) => at)];
}

function hashOf({ handshake, tools, prompts, resources, templates }: Catalogue): string {
  const parts = [tools, prompts, resources, templates].map((entries) => entries.map(({ definition }) => definition));
  return sha256(JSON.stringify([handshake.raw, ...parts])).toString('hex');
}
