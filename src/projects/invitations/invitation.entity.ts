import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Project } from '../project.entity.js';
import type { InvitedAs } from '../project-member.entity.js';
import type { Role } from '../project-role.js';

/** The unique index over project and `lower(email)`: one invitation an address. */
export const INVITED_ALREADY = 'invitations_project_email_key';

const DAYS = 7;

/** Somebody who is to join and has not yet; whoever holds its token may. Gone when it was accepted or revoked. */
@Entity('invitations')
@Unique('invitations_token_hash_key', ['tokenHash'])
@Index(INVITED_ALREADY, { synchronize: false })
@Index('invitations_invited_by_idx', ['invitedBy'])
@Check('invitations_email_check', 'char_length(email) BETWEEN 3 AND 254')
@Check('invitations_role_check', `role IN ('Owner', 'Developer', 'Reporter')`)
@Check('invitations_invited_as_check', `invited_as IN ('team_member', 'individual', 'external')`)
export class Invitation {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'invitations_pkey' })
  id!: string;

  @ForeignKey(() => Project, { name: 'invitations_project_id_fkey', onDelete: 'CASCADE' })
  @Column({ type: 'uuid' })
  projectId!: string;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'varchar', length: 16 })
  role!: Role;

  @Column({ type: 'varchar', length: 16 })
  invitedAs!: InvitedAs;

  /** SHA-256: the token itself is in the link only. */
  @Column({ type: 'bytea' })
  tokenHash!: Buffer;

  @ForeignKey('User', { name: 'invitations_invited_by_fkey', onDelete: 'SET NULL' })
  @Column({ type: 'uuid', nullable: true })
  invitedBy!: string | null;

  /** When the membership is to end again. */
  @Column({ type: 'timestamptz', nullable: true })
  membershipExpiresAt!: Date | null;

  @Column({ type: 'timestamptz' })
  expiresAt!: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  static expiryFrom(now = new Date()): Date {
    return new Date(now.getTime() + DAYS * 86_400_000);
  }
}
