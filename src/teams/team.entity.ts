import { Check, Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Unique, UpdateDateColumn } from 'typeorm';

export const SLUG_TAKEN = 'teams_slug_key';

/** People together, who can be invited into projects as a whole. */
@Entity('teams')
@Unique(SLUG_TAKEN, ['slug'])
@Check('teams_slug_check', `slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'`)
export class Team {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'teams_pkey' })
  id!: string;

  @Column({ type: 'varchar', length: 63 })
  slug!: string;

  @Column({ type: 'varchar', length: 100 })
  name!: string;

  @Column({ type: 'varchar', length: 1000, default: '' })
  description!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
