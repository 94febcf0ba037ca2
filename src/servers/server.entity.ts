import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
} from 'typeorm';

export const TRANSPORTS = ['stdio', 'streamable-http', 'sse'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export const POOLS = ['shared', 'session', 'call'] as const;
export type Pool = (typeof POOLS)[number];

export const DEFINITION_POLICIES = ['auto', 'ask'] as const;
export type DefinitionPolicy = (typeof DEFINITION_POLICIES)[number];

export const SERVER_STATUSES = [
  'online',
  'offline',
  'starting',
  'error',
  'disabled',
  'needs_secret',
  'needs_sign_in',
] as const;
export type ServerStatus = (typeof SERVER_STATUSES)[number];

/** Sealed text, or null while the value is known to be needed but nobody has given it. */
export type SealedValues = Record<string, string | null>;

/** An argument in the clear, or a secret one. */
export type StoredArgument = string | { readonly sealed: string | null };

/** The unique index on a project's server names, for translating its violation. */
export const NAME_TAKEN = 'mcp_servers_project_name_key';

/** A registered upstream MCP server of a project, and what was seen of it when it was last asked. */
@Entity('mcp_servers')
@Index(NAME_TAKEN, { synchronize: false })
@Index('mcp_servers_created_by_idx', ['createdBy'])
@Check('mcp_servers_name_check', 'char_length(name) BETWEEN 1 AND 48')
@Check('mcp_servers_transport_check', `transport IN ('stdio', 'streamable-http', 'sse')`)
@Check(
  'mcp_servers_address_check',
  `CASE transport WHEN 'stdio' THEN command IS NOT NULL AND url IS NULL ELSE url IS NOT NULL AND command IS NULL END`,
)
@Check('mcp_servers_pool_check', `pool IN ('shared', 'session', 'call')`)
@Check('mcp_servers_max_connections_check', 'max_connections BETWEEN 1 AND 1024')
@Check('mcp_servers_max_concurrency_check', 'max_concurrency BETWEEN 1 AND 1024')
@Check('mcp_servers_definition_policy_check', `definition_policy IN ('auto', 'ask')`)
@Check(
  'mcp_servers_status_check',
  `status IN ('online', 'offline', 'starting', 'error', 'disabled', 'needs_secret', 'needs_sign_in')`,
)
export class McpServer {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'mcp_servers_pkey' })
  id!: string;

  @ForeignKey('Project', { name: 'mcp_servers_project_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid' })
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

  @Column({ type: 'text', nullable: true })
  sealedUrl!: string | null;

  @Column({ type: 'jsonb', default: {} })
  env!: SealedValues;

  @Column({ type: 'jsonb', default: {} })
  headers!: SealedValues;

  @Column({ type: 'integer' })
  timeoutMs!: number;

  @Column({ type: 'text', default: 'shared' })
  pool!: Pool;

  /** Links that single clients may hold at the same time; null: as many as its transport bears. */
  @Column({ type: 'integer', nullable: true })
  maxConnections!: number | null;

  /** Calls that it carries out at the same time; null: any number. */
  @Column({ type: 'integer', nullable: true })
  maxConcurrency!: number | null;

  @Column({ type: 'text', default: 'auto' })
  definitionPolicy!: DefinitionPolicy;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  /** Counts the changes of how the server is reached; open links of an older revision are not used any more. */
  @Column({ type: 'integer', default: 1 })
  revision!: number;

  @Column({ type: 'text', default: 'starting' })
  status!: ServerStatus;

  @Column({ type: 'timestamptz', nullable: true })
  lastCheckedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  lastError!: string | null;

  /** JSON text of the upstream's answer to `initialize`, as it arrived. */
  @Column({ type: 'text', nullable: true })
  handshake!: string | null;

  /** SHA-256 over handshake and catalogue, in hex: the same again needs no writing. */
  @Column({ type: 'text', nullable: true })
  catalogueHash!: string | null;

  @ForeignKey('User', { name: 'mcp_servers_created_by_fkey', onDelete: 'SET NULL' })
  @Column({ type: 'uuid', nullable: true })
  createdBy!: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
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

  /** Open links of older revisions must end: they reach the server as it was, or one that may not be reached. */
  firstOpenRevision(): number {
    return this.mayConnect() ? this.revision : this.revision + 1;
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
