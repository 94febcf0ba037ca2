import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ApiKey } from './api-key.entity.js';

/** How many requests a key has made in one minute or one day, UTC, over all replicas. */
@Entity('api_key_windows')
@Index('api_key_windows_starts_at_idx', ['startsAt'])
@Check('api_key_windows_span_check', `span IN ('minute', 'day')`)
export class KeyWindow {
  @ForeignKey(() => ApiKey, { name: 'api_key_windows_api_key_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'api_key_windows_pkey' })
  apiKeyId!: string;

  @PrimaryColumn({ type: 'varchar', length: 8, primaryKeyConstraintName: 'api_key_windows_pkey' })
  span!: 'minute' | 'day';

  @PrimaryColumn({ type: 'timestamptz', primaryKeyConstraintName: 'api_key_windows_pkey' })
  startsAt!: Date;

  @Column({ type: 'integer' })
  requests!: number;
}
