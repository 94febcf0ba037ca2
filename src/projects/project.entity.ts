import { Check, Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Unique, UpdateDateColumn } from 'typeorm';

export const SLUG_TAKEN = 'projects_slug_key';

/** The unit of tenancy: members, servers, keys, endpoints and logs all belong to exactly one. */
@Entity('projects')
@Unique(SLUG_TAKEN, ['slug'])
@Check('projects_rate_limit_per_minute_check', 'rate_limit_per_minute > 0')
@Check('projects_rate_limit_per_day_check', 'rate_limit_per_day > 0')
@Check('projects_call_timeout_ms_check', 'call_timeout_ms >= 100 AND call_timeout_ms <= 3600000')
@Check('projects_slug_check', `slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'`)
export class Project {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'projects_pkey' })
  id!: string;

  @Column({ type: 'varchar', length: 63 })
  slug!: string;

  @Column({ type: 'varchar', length: 100 })
  name!: string;

  @Column({ type: 'varchar', length: 1000, default: '' })
  description!: string;

  /** Whether clients may reach all servers through the one unified endpoint. */
  @Column({ type: 'boolean', default: true })
  unifiedEnabled!: boolean;

  /** `false`: MCP clients need no API key here. */
  @Column({ type: 'boolean', default: true })
  authRequired!: boolean;

  /** Addresses and networks that MCP clients may come from; empty: all. */
  @Column({ type: 'text', array: true, default: [] })
  allowedIpRanges!: string[];

  /** What a key may do that sets no limit of its own; `null`: as much as it likes. */
  @Column({ type: 'integer', nullable: true })
  rateLimitPerMinute!: number | null;

  @Column({ type: 'integer', nullable: true })
  rateLimitPerDay!: number | null;

  /** Of servers that are added without a time limit of their own; `null`: as the instance says. */
  @Column({ type: 'integer', nullable: true })
  callTimeoutMs!: number | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
