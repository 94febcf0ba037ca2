import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Deed, Deeds } from '../shared/events/index.js';
import { timeId, timeOf } from '../shared/time-id.js';

const RECORD = `
  INSERT INTO activities
    (id, at, type, actor_id, actor_name, ip, project_id, team_id, object_type, object_id, object_name, changes)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

/** Writes every deed in the transaction of what was done: neither is there without the other. */
@Injectable()
export class ActivityLog implements OnModuleInit {
  constructor(private readonly deeds: Deeds) {}

  onModuleInit(): void {
    this.deeds.listen((manager, deed) => this.record(manager, deed));
  }

  private async record(manager: EntityManager, deed: Deed): Promise<void> {
    const { type, by, projectId, teamId, object, changes = [] } = deed;
    const id = timeId();
    const actor = [by?.id ?? null, by?.name ?? null, by?.ip ?? null];
    const about = [object.type, object.id, object.name, JSON.stringify(changes)];
    await manager.query(RECORD, [id, timeOf(id), type, ...actor, projectId, teamId, ...about]);
  }
}
