import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Project } from './project.entity.js';
import type { Role } from './project-role.js';

/** What somebody is to the people of the project. */
export const INVITED_AS = ['team_member', 'individual', 'external'] as const;
export type InvitedAs = (typeof INVITED_AS)[number];

/** A person's own role in a project, beside what teams give; see the view `project_roles` for what counts. */
@Entity('project_members')
@Index('project_members_user_idx', ['userId'])
@Check('project_members_role_check', `role IN ('Owner', 'Developer', 'Reporter')`)
@Check('project_members_invited_as_check', `invited_as IN ('team_member', 'individual', 'external')`)
export class ProjectMember {
  @ForeignKey(() => Project, { name: 'project_members_project_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'project_members_pkey' })
  projectId!: string;

  @ForeignKey('User', { name: 'project_members_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'project_members_pkey' })
  userId!: string;

  @Column({ type: 'varchar', length: 16 })
  role!: Role;

  @Column({ type: 'varchar', length: 16, default: 'individual' })
  invitedAs!: InvitedAs;

  @CreateDateColumn({ type: 'timestamptz' })
  joinedAt!: Date;

  /** `null`: the membership does not end by itself. */
  @Column({ type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;
}
