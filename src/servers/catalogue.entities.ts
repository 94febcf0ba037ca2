import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { McpServer } from './server.entity.js';

export type ToolState = 'approved' | 'new' | 'changed';

/** A tool as its server described it. Those that vanished are kept, so that one switched off stays off when it returns. */
@Entity('mcp_tools')
@Unique('mcp_tools_server_name_key', ['serverId', 'name'])
export class McpTool {
  @PrimaryColumn({ type: 'uuid', default: () => 'gen_random_uuid()', primaryKeyConstraintName: 'mcp_tools_pkey' })
  id!: string;

  @Column({ name: 'server_id', type: 'uuid' })
  serverId!: string;

  @ManyToOne(() => McpServer, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'server_id', foreignKeyConstraintName: 'mcp_tools_server_fkey' })
  server?: McpServer;

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

  @Column({ name: 'removed_at', type: 'timestamptz', nullable: true })
  removedAt!: Date | null;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}

@Entity('mcp_prompts')
@Unique('mcp_prompts_server_name_key', ['serverId', 'name'])
export class McpPrompt {
  @PrimaryColumn({ type: 'uuid', default: () => 'gen_random_uuid()', primaryKeyConstraintName: 'mcp_prompts_pkey' })
  id!: string;

  @Column({ name: 'server_id', type: 'uuid' })
  serverId!: string;

  @ManyToOne(() => McpServer, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'server_id', foreignKeyConstraintName: 'mcp_prompts_server_fkey' })
  server?: McpServer;

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
export class McpResource {
  @PrimaryColumn({ type: 'uuid', default: () => 'gen_random_uuid()', primaryKeyConstraintName: 'mcp_resources_pkey' })
  id!: string;

  @Column({ name: 'server_id', type: 'uuid' })
  serverId!: string;

  @ManyToOne(() => McpServer, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'server_id', foreignKeyConstraintName: 'mcp_resources_server_fkey' })
  server?: McpServer;

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
