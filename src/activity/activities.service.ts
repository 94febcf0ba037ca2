import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { decodeUuidCursor, pageOf } from '../shared/lists/index.js';
import { type ActivityQuery, boundsOf, conditionsOf, type Scope } from './activity-query.js';
import { type ActivityRecord, activityView, type ActivityView } from './activity.view.js';

export interface Feed {
  readonly items: readonly ActivityView[];
  readonly nextCursor: string | null;
}

const COLUMNS = `
  activity.id, at, type, actor_id AS "actorId", actor_name AS "actorName", host(ip) AS ip, object_type AS "objectType",
  object_id AS "objectId", object_name AS "objectName", changes, project_id AS "projectId", team_id AS "teamId",
  json_build_object('slug', project.slug, 'name', project.name) AS project,
  json_build_object('slug', team.slug, 'name', team.name) AS team`;

/** Places are named as they are now, so only to those who see them now; in a project everybody knows where they are. */
const IS_PROJECT_OF_TEAM = `
  EXISTS (SELECT FROM project_teams AS invited WHERE invited.project_id = project.id AND invited.team_id = activity.team_id)`;

/** Finds what people did, newest first. */
@Injectable()
export class ActivitiesService {
  constructor(private readonly dataSource: DataSource) {}

  async list(scope: Scope, query: ActivityQuery): Promise<Feed> {
    const { cursor, limit = 50 } = query;
    const after = cursor ? decodeUuidCursor(cursor) : undefined;
    const bounds = boundsOf(query);
    const from = after?.from ?? bounds.from;
    const where = conditionsOf(scope, query);
    if (from) where.add('at >= ?', from);
    if (bounds.to) where.add('at <= ?', bounds.to);
    if (after) where.add('(at, id) < (?, ?::uuid)', after.at, after.id);
    const seen = typeof scope === 'object' && 'teamId' in scope ? IS_PROJECT_OF_TEAM : `${scope === 'instance'}`;
    const records = await this.dataSource.query<ActivityRecord[]>(
      `SELECT ${COLUMNS} FROM (
         SELECT * FROM activities WHERE ${where.sql} ORDER BY at DESC, id DESC LIMIT ${limit + 1}
       ) AS activity
       LEFT JOIN projects AS project ON project.id = project_id AND (${seen})
       LEFT JOIN teams AS team ON team.id = team_id AND ${scope === 'instance'}
       ORDER BY at DESC, activity.id DESC`,
      where.values,
    );
    const { items, nextCursor } = pageOf(records, limit, from);
    return { items: items.map(activityView), nextCursor };
  }

  /** Whether anything was ever done there. */
  async any(scope: Scope): Promise<boolean> {
    const where = conditionsOf(scope, {});
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM activities WHERE ${where.sql} LIMIT 1`,
      where.values,
    );
    return rows.length > 0;
  }
}
