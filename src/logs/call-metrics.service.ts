import { Injectable } from '@nestjs/common';
import { integer, named, nullable, number, object, type Of } from '../shared/api/index.js';
import { minutesOf } from '../shared/lists/index.js';
import { type CallFilter, conditionsOf } from './call-filter.js';
import { LogReader } from './log-reader.js';
import { rounded } from './rounding.js';

interface Counted {
  total: number;
  success: number;
  error: number;
  timeout: number;
  cancelled: number;
  avgMs: number | null;
  percentiles: [number, number, number] | null;
  uniqueTools: number;
  uniqueSessions: number;
  uniqueClients: number;
}

/** Figures about the calls that a filter finds. */
export const CallMetrics = named('Metrics', {
  total: integer(),
  byStatus: object({ success: integer(), error: integer(), timeout: integer(), cancelled: integer() }),
  successRate: nullable(number('0 to 1 of the calls that the client did not cancel; null when there was none.')),
  avgMs: nullable(number()),
  p50Ms: nullable(number()),
  p95Ms: nullable(number()),
  p99Ms: nullable(number()),
  callsPerMinute: number(),
  uniqueTools: integer(),
  uniqueSessions: integer(),
  uniqueClients: integer(),
});
export type CallMetrics = Of<typeof CallMetrics>;

const COUNTS = `
  count(*)::integer AS total,
  count(*) FILTER (WHERE status = 'success')::integer AS success,
  count(*) FILTER (WHERE status = 'error')::integer AS error,
  count(*) FILTER (WHERE status = 'timeout')::integer AS timeout,
  count(*) FILTER (WHERE status = 'cancelled')::integer AS cancelled,
  avg(duration_ms) AS "avgMs",
  percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY duration_ms) AS percentiles,
  count(DISTINCT tool)::integer AS "uniqueTools",
  count(DISTINCT session_id)::integer AS "uniqueSessions",
  count(DISTINCT client_name)::integer AS "uniqueClients"`;

@Injectable()
export class CallMetricsService {
  constructor(private readonly reader: LogReader) {}

  async of(filter: CallFilter): Promise<CallMetrics> {
    const where = conditionsOf(filter);
    const sql = `SELECT ${COUNTS} FROM tool_call_logs WHERE ${where.sql}`;
    const [counted] = await this.reader.rows<Counted>(sql, where.values);
    const { success, error, timeout, cancelled, percentiles, avgMs, ...rest } = counted as Counted;
    const [p50Ms = null, p95Ms = null, p99Ms = null] = (percentiles ?? []).map(rounded);
    const judged = success + error + timeout;
    return {
      ...rest,
      byStatus: { success, error, timeout, cancelled },
      successRate: judged > 0 ? success / judged : null,
      avgMs: avgMs === null ? null : rounded(avgMs),
      ...{ p50Ms, p95Ms, p99Ms },
      callsPerMinute: rounded(rest.total / Math.max(minutesOf(filter), 1)),
    };
  }
}
