import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The unique index over `lower(email)`: one account an address, however it is written. */
export const EMAIL_IS_TAKEN = 'users_email_key';

/** A person with an e-mail address and a password. */
@Entity('users')
@Index(EMAIL_IS_TAKEN, { synchronize: false })
@Check('users_name_check', 'char_length(name) BETWEEN 1 AND 100')
@Check('users_email_check', 'char_length(email) BETWEEN 3 AND 254')
export class User {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  /** As typed; compared without regard to case. */
  @Column({ type: 'text' })
  email!: string;

  /** Read only where a password is checked. */
  @Column({ type: 'text', select: false })
  passwordHash!: string;

  @Column({ type: 'boolean', default: false })
  isAdmin!: boolean;

  /** `false`: switched off by an administrator, can neither sign in nor act. */
  @Column({ type: 'boolean', default: true })
  isActive!: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  lastLoginAt!: Date | null;
}
