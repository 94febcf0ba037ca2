import { Column, CreateDateColumn, Entity, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';

export const TRANSPORTS = ['stdio', 'streamable-http', 'sse'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export const POOLS = ['shared', 'session', 'call'] as const;
export type Pool = (typeof POOLS)[number];

export const DEFINITION_POLICIES = ['auto', 'ask'] as const;
export type DefinitionPolicy = (typeof DEFINITION_POLICIES)[number];

export type ServerStatus = 'online' | 'offline' | 'starting' | 'error' | 'disabled' | 'needs_secret' | 'needs_sign_in';

/** Sealed text, or null while the value is known to be needed but nobody has given it. */
export type SealedValues = Record<string, string | null>;

/** An argument in the clear, or a secret one. */
export type StoredArgument = string | { readonly sealed: string | null };

/** The unique index on a project's server names, for translating its violation. */
export const NAME_TAKEN = 'mcp_servers_project_name_key';

/** A registered upstream MCP server of a project, and what was seen of it when it was last asked. */
@Entity('mcp_servers')
@Index(NAME_TAKEN, { synchronize: false })
export class McpServer {
  @PrimaryColumn({ type: 'uuid', default: () => 'gen_random_uuid()', primaryKeyConstraintName: 'mcp_servers_pkey' })
  id!: string;

  @Column({ name: 'project_id', type: 'uuid' })
  projectId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', default: '' })
  description!: string;

  @Column({ type: 'text' })
  transport!: Transport;

  @Column({ type: 'text', nullable: true })
  command!: string | null;

  @Column({ type: 'jsonb', default: [] })
  args!: StoredArgument[];

  @Column({ type: 'text', nullable: true })
  cwd!: string | null;

  /** For people to see: secrets in its query are masked, `sealedUrl` has them. */
  @Column({ type: 'text', nullable: true })
  url!: string | null;

  @Column({ name: 'sealed_url', type: 'text', nullable: true })
  sealedUrl!: string | null;

  @Column({ type: 'jsonb', default: {} })
  env!: SealedValues;

  @Column({ type: 'jsonb', default: {} })
  headers!: SealedValues;

  @Column({ name: 'timeout_ms', type: 'integer' })
  timeoutMs!: number;

  @Column({ type: 'text', default: 'shared' })
  pool!: Pool;

  @Column({ name: 'definition_policy', type: 'text', default: 'auto' })
  definitionPolicy!: DefinitionPolicy;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  /** Counts the changes of how the server is reached; open links of an older revision are not used any more. */
  @Column({ type: 'integer', default: 1 })
  revision!: number;

  @Column({ type: 'text', default: 'starting' })
  status!: ServerStatus;

  @Column({ name: 'last_checked_at', type: 'timestamptz', nullable: true })
  lastCheckedAt!: Date | null;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError!: string | null;

  /** JSON text of the upstream's answer to `initialize`, as it arrived. */
  @Column({ type: 'text', nullable: true })
  handshake!: string | null;

  @Column({ name: 'created_by', type: 'uuid', nullable: true })
  createdBy!: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  /** Names of the values without which it cannot be reached. */
  missingSecrets(): string[] {
    const without = (values: SealedValues) => Object.keys(values).filter((name) => values[name] === null);
    const args = this.args.flatMap((arg, at) => (isNeeded(arg) ? [`argument ${at + 1}`] : []));
    return [...without(this.env), ...without(this.headers), ...args];
  }

  mayConnect(): boolean {
    return this.enabled && this.missingSecrets().length === 0;
  }

  /** The status before anybody has asked the server itself. */
  restingStatus(): 'disabled' | 'needs_secret' | 'starting' {
    if (!this.enabled) return 'disabled';
    return this.missingSecrets().length > 0 ? 'needs_secret' : 'starting';
  }
}

function isNeeded(arg: StoredArgument): boolean {
  return typeof arg !== 'string' && arg.sealed === null;
}
