import { Column, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** One fact about the instance that belongs with its data, such as which key sealed it. */
@Entity('settings')
export class Setting {
  @PrimaryColumn({ type: 'text' })
  key!: string;

  @Column({ type: 'jsonb' })
  value!: unknown;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
