import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Project } from './project.entity.js';
import type { Role } from './project-role.js';

/** A person's role in a project. */
@Entity('project_members')
@Index('project_members_user_idx', ['userId'])
@Check('project_members_role_check', `role IN ('Owner', 'Developer', 'Reporter')`)
export class ProjectMember {
  @ForeignKey(() => Project, { name: 'project_members_project_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'project_members_pkey' })
  projectId!: string;

  @ForeignKey('User', { name: 'project_members_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'project_members_pkey' })
  userId!: string;

  @Column({ type: 'varchar', length: 16 })
  role!: Role;

  @CreateDateColumn({ type: 'timestamptz' })
  joinedAt!: Date;
}
