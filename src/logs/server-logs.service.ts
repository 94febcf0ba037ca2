import { Injectable } from '@nestjs/common';
import type { CurrentUser } from '../auth/index.js';
import type { Of } from '../shared/api/index.js';
import { containing } from '../shared/database/index.js';
import { type Transaction, Transactions } from '../shared/events/index.js';
import { Conditions, decodeUuidCursor, pageOf, windowOf } from '../shared/lists/index.js';
import { LogReader } from './log-reader.js';
import type { Category, ServerLogSummary, ServerLogView } from './server-log.view.js';
import { ERROR_LEVELS, type Level, type ServerLogQuery } from './server-log.query.js';

interface ServerLogRecord {
  id: string;
  at: Date;
  serverId: string;
  serverName: string | null;
  level: Level;
  category: Category;
  message: string;
  details: Record<string, unknown> | null;
}

interface Counted {
  level: Level;
  category: string;
  count: number;
  lastAt: Date;
}

/** Whose logs: of a project, or of one of its servers. */
export interface LogScope {
  readonly projectId: string;
  readonly serverId?: string;
}

const PART = 10_000;
const DELETE_OLDER = `
  DELETE FROM server_logs WHERE id IN (
    SELECT id FROM server_logs WHERE project_id = $1 AND at < now() - make_interval(days => $2) LIMIT $3)`;

/** Finds what happened to servers, newest first. */
@Injectable()
export class ServerLogsService {
  constructor(
    private readonly reader: LogReader,
    private readonly transactions: Transactions,
  ) {}

  /** Without a time in the query, all there is. */
  async list(scope: LogScope, query: ServerLogQuery) {
    const { cursor, limit = 50 } = query;
    const where = matching(scope, query);
    if (cursor) {
      const { at, id } = decodeUuidCursor(cursor);
      where.add('(at, id) < (?, ?::uuid)', at, id);
    }
    const records = await this.reader.rows<ServerLogRecord>(
      `SELECT id, at, server_id AS "serverId", server_name AS "serverName", level, category, message, details
       FROM server_logs WHERE ${where.sql} ORDER BY at DESC, id DESC LIMIT ${limit + 1}`,
      where.values,
    );
    const { items, nextCursor } = pageOf(records, limit);
    return { items: items.map(serverLogView), nextCursor };
  }

  /** How much of what happened in the time that is asked for, else in the last 24 hours. */
  async summary(scope: LogScope, query: ServerLogQuery): Promise<Of<typeof ServerLogSummary>> {
    const where = matching(scope, { ...query, range: query.range ?? '24h' });
    const counted = await this.reader.rows<Counted>(
      `SELECT level, category, count(*)::integer AS count, max(at) AS "lastAt"
       FROM server_logs WHERE ${where.sql} GROUP BY level, category`,
      where.values,
    );
    const errors = counted.filter(({ level }) => ERROR_LEVELS.includes(level));
    return {
      total: sum(counted),
      errors: sum(errors),
      byLevel: tally(counted, ({ level }) => level),
      byCategory: tally(counted, ({ category }) => category),
      lastErrorAt:
        errors
          .map(({ lastAt }) => lastAt)
          .toSorted((a, b) => b.getTime() - a.getTime())[0]
          ?.toISOString() ?? null,
    };
  }

  /** Returns how many were deleted; a part at a time, so that nobody waits for the locks of all. */
  async deleteOlder(projectId: string, days: number, by: CurrentUser): Promise<number> {
    for (let total = 0; ;) {
      const isFirst = total === 0;
      const deleted = await this.transactions.run(async (transaction) => {
        const [, count] = await transaction.manager.query<[unknown, number]>(DELETE_OLDER, [projectId, days, PART]);
        if (isFirst && count > 0) await tell(transaction, projectId, days, by);
        return count;
      });
      total += deleted;
      if (deleted < PART) return total;
    }
  }
}

function matching({ projectId, serverId }: LogScope, query: ServerLogQuery): Conditions {
  const where = new Conditions().add('project_id = ?', projectId);
  if (serverId) where.add('server_id = ?', serverId);
  if (query.level) where.add('level = ANY(?)', query.level);
  if (query.q) where.add('message ILIKE ?', containing(query.q));
  if (query.from ?? query.to ?? query.range) {
    const { from, to } = windowOf(query, query.to ? '3650d' : '24h');
    where.add('at >= ?', from);
    if (to) where.add('at <= ?', to);
  }
  return where;
}

function serverLogView({ at, serverId, serverName, ...log }: ServerLogRecord): ServerLogView {
  return { ...log, at: at.toISOString(), server: { id: serverId, name: serverName } };
}

function tell(transaction: Transaction, projectId: string, days: number, by: CurrentUser): Promise<void> {
  const name = days === 1 ? 'older than a day' : days === 0 ? 'of all time' : `older than ${days} days`;
  const object = { type: 'logs' as const, id: null, name };
  return transaction.did({ type: 'logs.deleted', by, projectId, teamId: null, object });
}

function sum(counted: readonly Counted[]): number {
  return counted.reduce((total, { count }) => total + count, 0);
}

function tally(counted: readonly Counted[], by: (entry: Counted) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const entry of counted) counts[by(entry)] = (counts[by(entry)] ?? 0) + entry.count;
  return counts;
}
