import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { containing } from '../../shared/database/index.js';
import { ListCursor } from '../../shared/list-cursor.js';
import type { MembersQuery } from './member.form.js';
import { type MemberRow, type MemberView, memberView } from './member.view.js';

const SORT_KEYS: Readonly<Record<MembersQuery['sort'], string>> = {
  name: 'lower(person.name)',
  role: `array_position(ARRAY['Owner', 'Developer', 'Reporter'], granted.role)::text`,
  joined: `to_char(coalesce(own.joined_at, through.joined_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`,
};

/** Everybody who is in a project, by themselves or by a team. */
const MEMBERS = (key: string) => `
  SELECT * FROM (
    SELECT person.id AS "userId", person.name, person.email, granted.role, own.invited_as AS "invitedAs",
      coalesce(own.joined_at, through.joined_at) AS "joinedAt", own.expires_at AS "expiresAt", through.teams,
      ${key} COLLATE "C" AS "sortKey"
    FROM project_roles AS granted
    JOIN users AS person ON person.id = granted.user_id
    LEFT JOIN project_members AS own ON own.project_id = granted.project_id AND own.user_id = person.id
      AND (own.expires_at IS NULL OR own.expires_at > now())
    LEFT JOIN LATERAL (
      SELECT min(greatest(invited.invited_at, member.joined_at)) AS joined_at,
        json_agg(json_build_object('id', team.id, 'slug', team.slug, 'name', team.name) ORDER BY team.name) AS teams
      FROM project_teams AS invited
      JOIN team_members AS member ON member.team_id = invited.team_id AND member.user_id = person.id
      JOIN teams AS team ON team.id = invited.team_id
      WHERE invited.project_id = granted.project_id
    ) AS through ON true
    WHERE granted.project_id = $1 AND ($2::text IS NULL OR person.name ILIKE $2 OR person.email ILIKE $2)
      AND ($6::uuid IS NULL OR person.id = $6)
  ) AS listed
  WHERE $3::text IS NULL OR ("sortKey", "userId") > ($3, $4::uuid)
  ORDER BY "sortKey", "userId" LIMIT $5`;

@Injectable()
export class MemberList {
  constructor(private readonly dataSource: DataSource) {}

  async find(
    projectId: string,
    { q, sort, cursor, limit }: Pick<MembersQuery, 'q' | 'sort' | 'cursor' | 'limit'>,
  ): Promise<{ items: MemberView[]; nextCursor: string | null }> {
    const after = cursor === undefined ? undefined : ListCursor.read(cursor);
    const found = await this.rows(sort, [projectId, q ? containing(q) : null, after?.name, after?.id, limit + 1, null]);
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    const nextCursor = last ? ListCursor.write({ name: last.sortKey, id: last.userId }) : null;
    return { items: shown.map(memberView), nextCursor };
  }

  /** The first of them, for pages that show a few. */
  async first(projectId: string, most: number): Promise<MemberView[]> {
    return (await this.find(projectId, { sort: 'joined', limit: most })).items;
  }

  async one(projectId: string, userId: string): Promise<MemberView | undefined> {
    const [row] = await this.rows('name', [projectId, null, null, null, 1, userId]);
    return row && memberView(row);
  }

  private rows(sort: MembersQuery['sort'], values: readonly unknown[]): Promise<MemberRow[]> {
    return this.dataSource.query(MEMBERS(SORT_KEYS[sort]), [...values]);
  }
}
