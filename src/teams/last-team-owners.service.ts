import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Departures } from '../auth/index.js';

const OF = `SELECT team_id FROM team_members WHERE user_id = $1 AND role = 'Owner'`;

/** Keeps a team from losing its last Owner with somebody's account. */
@Injectable()
export class LastTeamOwners {
  constructor(departures: Departures) {
    departures.register((manager, userId) => this.objection(manager, userId));
  }

  /** The teams are locked as `lockTeam` does it, so that nobody stops being an Owner meanwhile. */
  private async objection(manager: EntityManager, userId: string): Promise<string | undefined> {
    await manager.query(`SELECT FROM teams WHERE id IN (${OF}) ORDER BY id FOR UPDATE`, [userId]);
    const [alone] = await manager.query<{ name: string }[]>(
      `SELECT name FROM teams AS team WHERE id IN (${OF}) AND NOT EXISTS (
         SELECT FROM team_members AS other
         WHERE other.team_id = team.id AND other.role = 'Owner' AND other.user_id <> $1)
       ORDER BY name LIMIT 1`,
      [userId],
    );
    return (
      alone &&
      `You are the last Owner of the team "${alone.name}": delete the team first, or make somebody else an Owner.`
    );
  }
}
