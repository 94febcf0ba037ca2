import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Project } from '../project.entity.js';

/** `inactive`: its maker may not make keys in the project any more, or not sign in. */
export const KEY_STATES = ['active', 'inactive', 'expired', 'revoked'] as const;

export type KeyState = (typeof KEY_STATES)[number];

/** A project's credential for MCP clients. The key itself is nowhere in the database. */
@Entity('api_keys')
@Unique('api_keys_hash_key', ['hash'])
@Unique('api_keys_form_token_key', ['formToken'])
@Index('api_keys_project_idx', ['projectId', 'createdAt'])
@Index('api_keys_created_by_idx', ['createdBy'])
@Index('api_keys_rotated_from_idx', ['rotatedFrom'])
@Check('api_keys_rate_limit_per_minute_check', 'rate_limit_per_minute > 0')
@Check('api_keys_rate_limit_per_day_check', 'rate_limit_per_day > 0')
export class ApiKey {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'api_keys_pkey' })
  id!: string;

  @ForeignKey(() => Project, { name: 'api_keys_project_id_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid' })
  projectId!: string;

  @ForeignKey('User', { name: 'api_keys_created_by_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid' })
  createdBy!: string;

  @Column({ type: 'varchar', length: 100 })
  name!: string;

  /** SHA-256: enough for 256 random bits, and quick on every call. */
  @Column({ type: 'bytea' })
  hash!: Buffer;

  @Column({ type: 'varchar', length: 16 })
  prefix!: string;

  @Column({ type: 'varchar', length: 4 })
  last4!: string;

  /** What it opens; see `key-scopes.ts`. */
  @Column({ type: 'text', array: true })
  scopes!: string[];

  @Column({ type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  @Column({ type: 'varchar', length: 200, nullable: true })
  lastUsedClient!: string | null;

  @Column({ type: 'varchar', length: 45, nullable: true })
  lastUsedIp!: string | null;

  /** Addresses and networks it may be used from; empty: all. */
  @Column({ type: 'text', array: true, default: [] })
  allowedIpRanges!: string[];

  /** `null`: as the project says. */
  @Column({ type: 'integer', nullable: true })
  rateLimitPerMinute!: number | null;

  @Column({ type: 'integer', nullable: true })
  rateLimitPerDay!: number | null;

  /** The key that this one has followed. */
  @ForeignKey(() => ApiKey, { name: 'api_keys_rotated_from_fkey', onDelete: 'SET NULL' })
  @Column({ type: 'uuid', nullable: true })
  rotatedFrom!: string | null;

  /** Names the page whose form made the key, so that the form makes one key however often it is sent. */
  @Column({ type: 'uuid', nullable: true })
  formToken!: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  /** Of itself; whether its maker may still use it is another question. */
  state(now = new Date()): Exclude<KeyState, 'inactive'> {
    if (this.revokedAt) return 'revoked';
    return this.expiresAt && this.expiresAt <= now ? 'expired' : 'active';
  }

  /** The same lifetime again, from now on. */
  nextExpiry(now: Date): Date | null {
    return this.expiresAt && new Date(now.getTime() + this.expiresAt.getTime() - this.createdAt.getTime());
  }
}
