import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import { Project } from './project.entity.js';

export interface GatewayProject {
  readonly id: string;
  readonly slug: string;
  readonly unifiedEnabled: boolean;
  readonly authRequired: boolean;
  /** Addresses and networks; empty: all. */
  readonly allowedIpRanges: readonly string[];
}

/** A key that opens its project's endpoints until `expiresAt`. */
export interface GatewayKey {
  readonly id: string;
  readonly projectId: string;
  /** SHA-256 of the key. */
  readonly hash: Buffer;
  /** `null`: never. Ask again then: a membership that has ended may have been the reason. */
  readonly expiresAt: Date | null;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly allowedIpRanges: readonly string[];
  /** Requests, its own limit or else the project's; `null`: no limit. */
  readonly rateLimitPerMinute: number | null;
  readonly rateLimitPerDay: number | null;
}

/** Requests of one key in one minute or day. */
export interface WindowCount {
  readonly apiKeyId: string;
  readonly span: 'minute' | 'day';
  readonly startsAt: Date;
  readonly requests: number;
}

/** A key is its maker's: it opens what they may use, for as long as they may make keys there. */
const USABLE = `
  SELECT api_key.id, api_key.project_id AS "projectId", api_key.hash, api_key.created_by AS "userId", api_key.scopes,
    least(api_key.expires_at, (
      SELECT min(member.expires_at) FROM project_members AS member
      WHERE member.project_id = api_key.project_id AND member.user_id = api_key.created_by AND member.expires_at > now()
    )) AS "expiresAt",
    api_key.allowed_ip_ranges AS "allowedIpRanges",
    coalesce(api_key.rate_limit_per_minute, project.rate_limit_per_minute) AS "rateLimitPerMinute",
    coalesce(api_key.rate_limit_per_day, project.rate_limit_per_day) AS "rateLimitPerDay"
  FROM api_keys AS api_key
  JOIN projects AS project ON project.id = api_key.project_id
  JOIN users AS maker ON maker.id = api_key.created_by AND maker.is_active
  LEFT JOIN project_roles AS granted ON granted.project_id = api_key.project_id AND granted.user_id = maker.id
  WHERE api_key.revoked_at IS NULL AND (api_key.expires_at IS NULL OR api_key.expires_at > now())
    AND (maker.is_admin OR granted.role IN ('Owner', 'Developer'))`;

const COUNT = `
  INSERT INTO api_key_windows AS kept (api_key_id, span, starts_at, requests)
  SELECT given.* FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::integer[]) AS given (id, span, starts_at, requests)
  WHERE EXISTS (SELECT FROM api_keys WHERE api_keys.id = given.id)
  ON CONFLICT (api_key_id, span, starts_at) DO UPDATE SET requests = kept.requests + excluded.requests
  RETURNING api_key_id AS "apiKeyId", span, starts_at AS "startsAt", requests`;

/** What the gateway compiles its tables from; all of it when no project is named. */
@Injectable()
export class ProjectsGateway {
  constructor(
    @InjectRepository(Project) private readonly projects: Repository<Project>,
    private readonly dataSource: DataSource,
  ) {}

  async loadProjects(projectId?: string): Promise<GatewayProject[]> {
    return this.projects.find({
      select: { id: true, slug: true, unifiedEnabled: true, authRequired: true, allowedIpRanges: true },
      where: projectId ? { id: projectId } : {},
    });
  }

  /** Keys that are neither revoked nor expired, of people who are active and may make keys in their project. */
  loadKeys(projectId?: string): Promise<GatewayKey[]> {
    if (projectId === undefined) return this.dataSource.query(USABLE);
    return this.dataSource.query(`${USABLE} AND api_key.project_id = $1`, [projectId]);
  }

  /** `null`: there is no such key, or it opens nothing any more. */
  async findKeyByHash(hash: Buffer): Promise<GatewayKey | null> {
    const [key] = await this.dataSource.query<GatewayKey[]>(`${USABLE} AND api_key.hash = $1`, [hash]);
    return key ?? null;
  }

  /** Adds to the counts that all replicas share, and answers what they are now. */
  countRequests(counts: readonly WindowCount[]): Promise<WindowCount[]> {
    return this.dataSource.query(COUNT, [
      counts.map(({ apiKeyId }) => apiKeyId),
      counts.map(({ span }) => span),
      counts.map(({ startsAt }) => startsAt),
      counts.map(({ requests }) => requests),
    ]);
  }

  /** Counts that no limit looks at any more. */
  async forgetCounts(): Promise<void> {
    await this.dataSource.query(`DELETE FROM api_key_windows WHERE starts_at < now() - interval '2 days'`);
  }
}
