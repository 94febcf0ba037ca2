import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '../shared/roles.js';
import { Team } from './team.entity.js';

export const IS_MEMBER = 'team_members_pkey';

@Entity('team_members')
@Index('team_members_user_idx', ['userId'])
@Check('team_members_role_check', `role IN ('Owner', 'Developer', 'Reporter')`)
export class TeamMember {
  @ForeignKey(() => Team, { name: 'team_members_team_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: IS_MEMBER })
  teamId!: string;

  @ForeignKey('User', { name: 'team_members_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: IS_MEMBER })
  userId!: string;

  @Column({ type: 'varchar', length: 16 })
  role!: Role;

  @CreateDateColumn({ type: 'timestamptz' })
  joinedAt!: Date;
}
