import { Check, Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { McpServer } from './server.entity.js';

export const TOOL_STATES = ['approved', 'new', 'changed'] as const;
export type ToolState = (typeof TOOL_STATES)[number];

/** A tool as its server described it. Those that vanished are kept, so that one switched off stays off when it returns. */
@Entity('mcp_tools')
@Unique('mcp_tools_server_name_key', ['serverId', 'name'])
@Check('mcp_tools_state_check', `state IN ('approved', 'new', 'changed')`)
export class McpTool {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'mcp_tools_pkey' })
  id!: string;

  @ForeignKey(() => McpServer, { name: 'mcp_tools_server_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid' })
  serverId!: string;

  @Column({ type: 'text' })
  name!: string;

  /** JSON text as the upstream sent it. */
  @Column({ type: 'text' })
  definition!: string;

  /** SHA-256 of the definition, in hex. */
  @Column({ type: 'text' })
  hash!: string;

  @Column({ type: 'integer' })
  position!: number;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  @Column({ type: 'text', default: 'approved' })
  state!: ToolState;

  @Column({ type: 'timestamptz', nullable: true })
  removedAt!: Date | null;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}

@Entity('mcp_prompts')
@Unique('mcp_prompts_server_name_key', ['serverId', 'name'])
export class McpPrompt {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'mcp_prompts_pkey' })
  id!: string;

  @ForeignKey(() => McpServer, { name: 'mcp_prompts_server_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid' })
  serverId!: string;

  @Column({ type: 'text' })
  name!: string;

  /** JSON text as the upstream sent it. */
  @Column({ type: 'text' })
  definition!: string;

  @Column({ type: 'integer' })
  position!: number;
}

@Entity('mcp_resources')
@Unique('mcp_resources_server_kind_uri_key', ['serverId', 'kind', 'uri'])
@Check('mcp_resources_kind_check', `kind IN ('resource', 'template')`)
export class McpResource {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'mcp_resources_pkey' })
  id!: string;

  @ForeignKey(() => McpServer, { name: 'mcp_resources_server_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid' })
  serverId!: string;

  @Column({ type: 'text' })
  kind!: 'resource' | 'template';

  /** A template's is its URI template. */
  @Column({ type: 'text' })
  uri!: string;

  /** JSON text as the upstream sent it. */
  @Column({ type: 'text' })
  definition!: string;

  @Column({ type: 'integer' })
  position!: number;
}
