import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Departures } from '../auth/index.js';

/** Keeps a project from losing its last Owner with somebody's account. */
@Injectable()
export class LastOwners {
  constructor(departures: Departures) {
    departures.register((manager, userId) => this.objection(manager, userId));
  }

  /** The memberships are locked, so that of two Owners who leave at once one is the last. */
  private async objection(manager: EntityManager, userId: string): Promise<string | undefined> {
    const owned = `SELECT project_id FROM project_members WHERE user_id = $1 AND role = 'Owner'`;
    const owners = await manager.query<{ name: string; isOther: boolean }[]>(
      `SELECT project.name, member.user_id <> $1 AS "isOther"
       FROM project_members AS member JOIN projects AS project ON project.id = member.project_id
       WHERE member.role = 'Owner' AND member.project_id IN (${owned})
       ORDER BY project.name, member.user_id FOR UPDATE OF member`,
      [userId],
    );
    const shared = new Set(owners.filter(({ isOther }) => isOther).map(({ name }) => name));
    const alone = owners.find(({ name }) => !shared.has(name));
    return alone && `You are the last Owner of ${alone.name}: delete the project first, or let somebody else own it.`;
  }
}
