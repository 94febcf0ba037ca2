import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Project } from '../project.entity.js';
import type { Role } from '../project-role.js';

export const IS_INVITED = 'project_teams_pkey';

/** A team that was invited into a project as a whole; see the view `project_roles` for what its people may do there. */
@Entity('project_teams')
@Index('project_teams_team_idx', ['teamId'])
@Check('project_teams_role_check', `role IN ('Owner', 'Developer', 'Reporter')`)
export class ProjectTeam {
  @ForeignKey(() => Project, { name: 'project_teams_project_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: IS_INVITED })
  projectId!: string;

  @ForeignKey('Team', { name: 'project_teams_team_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: IS_INVITED })
  teamId!: string;

  /** The most that anybody has through the team, whatever they are in it. */
  @Column({ type: 'varchar', length: 16 })
  role!: Role;

  @CreateDateColumn({ type: 'timestamptz' })
  invitedAt!: Date;
}
