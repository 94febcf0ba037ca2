import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DashboardView } from './dashboard.view.js';

const COUNTS = `
  SELECT
    (SELECT json_build_object(
       'active', count(*) FILTER (WHERE is_active), 'disabled', count(*) FILTER (WHERE NOT is_active),
       'admins', count(*) FILTER (WHERE is_admin AND is_active)) FROM users) AS users,
    (SELECT count(*)::int FROM teams) AS teams,
    (SELECT count(*)::int FROM projects) AS projects,
    (SELECT coalesce(json_object_agg(status, number), '{}') FROM (
       SELECT status, count(*) AS number FROM mcp_servers GROUP BY status) AS by_status) AS servers,
    (SELECT json_build_object('usable', count(*) FILTER (WHERE usable), 'ended', count(*) FILTER (WHERE NOT usable)) FROM (
       SELECT revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) AS usable FROM api_keys) AS keys) AS "apiKeys",
    (SELECT count(*)::int FROM client_sessions WHERE ended_at IS NULL AND last_activity_at > now() - interval '1 day') AS sessions,
    (SELECT json_build_object('total', count(*), 'failed', count(*) FILTER (WHERE status IN ('error', 'timeout')))
       FROM tool_call_logs WHERE at > now() - interval '24 hours') AS calls,
    pg_database_size(current_database())::float8 AS "databaseBytes",
    current_setting('server_version') AS version`;

type Counts = Omit<DashboardView, 'calls24h' | 'uptimeSeconds'> & {
  readonly calls: { readonly total: number; readonly failed: number };
};

/** The instance in numbers, all of them counted now. */
@Injectable()
export class Dashboard {
  constructor(private readonly dataSource: DataSource) {}

  async read(): Promise<DashboardView> {
    const [row] = await this.dataSource.query<[Counts]>(COUNTS);
    const { calls, ...counts } = row;
    const successRate = calls.total > 0 ? (calls.total - calls.failed) / calls.total : null;
    return { ...counts, calls24h: { ...calls, successRate }, uptimeSeconds: Math.round(process.uptime()) };
  }
}
