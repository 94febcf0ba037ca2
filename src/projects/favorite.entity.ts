import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Project } from './project.entity.js';

/** A project that somebody has marked. */
@Entity('favorites')
@Index('favorites_project_idx', ['projectId'])
export class Favorite {
  @ForeignKey('User', { name: 'favorites_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'favorites_pkey' })
  userId!: string;

  @ForeignKey(() => Project, { name: 'favorites_project_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'favorites_pkey' })
  projectId!: string;
}
