import { ArrayMaxSize, IsIn, IsString } from 'class-validator';
import { containing } from '../shared/database/index.js';
import {
  Conditions,
  OptionalInteger,
  OptionalList,
  OptionalRange,
  OptionalText,
  OptionalTime,
  PageQuery,
  type TimeWindow,
  windowOf,
} from '../shared/lists/index.js';

export const STATUSES = ['success', 'error', 'timeout', 'cancelled'] as const;
export type CallStatus = (typeof STATUSES)[number];

export const DEFAULT_RANGE = '30m';

const DAY_MS = 86_400_000;
const names = [
  IsString({ each: true, message: 'Use plain text.' }),
  ArrayMaxSize(50, { message: 'Choose at most 50.' }),
];

/** What may stand in the query of the call log's URLs. */
export class CallQuery extends PageQuery {
  @OptionalTime() from?: string;
  @OptionalTime() to?: string;
  @OptionalRange() range?: string;

  @OptionalList(IsIn(STATUSES, { each: true, message: `A status is one of ${STATUSES.join(', ')}.` }))
  status?: CallStatus[];

  @OptionalList(...names) tool?: string[];
  /** Ids or names. */
  @OptionalList(...names) server?: string[];
  @OptionalList(...names) session?: string[];
  @OptionalList(...names) client?: string[];
  /** Ids, prefixes or names. */
  @OptionalList(...names) key?: string[];

  @OptionalInteger(0, DAY_MS) minMs?: number;
  @OptionalInteger(0, DAY_MS) maxMs?: number;
  @OptionalText(200) q?: string;
}

/** The calls of one project that are asked for. */
export interface CallFilter extends TimeWindow {
  readonly projectId: string;
  readonly query: CallQuery;
}

export function callFilter(projectId: string, query: CallQuery): CallFilter {
  return { projectId, query, ...windowOf(query, DEFAULT_RANGE) };
}

export const FACETS = ['status', 'tool', 'server', 'client', 'session', 'key'] as const;
export type Facet = (typeof FACETS)[number];

const MATCHES: Record<Facet, string> = {
  status: 'status = ANY(?)',
  tool: 'tool = ANY(?)',
  server: '(server_name = ANY(?) OR server_id::text = ANY(?))',
  client: 'client_name = ANY(?)',
  session: 'session_id = ANY(?)',
  key: '(api_key_id::text = ANY(?) OR api_key_prefix = ANY(?) OR api_key_name = ANY(?))',
};

/** The filter in SQL, always bounded by project and time; `except` leaves one facet out, so that its other values count. */
export function conditionsOf(
  { projectId, from, to, query }: CallFilter,
  values?: unknown[],
  except?: Facet,
): Conditions {
  const where = new Conditions(values).add('project_id = ?', projectId).add('at >= ?', from);
  if (to) where.add('at <= ?', to);
  for (const facet of FACETS) {
    const wanted = query[facet];
    if (wanted && facet !== except) where.add(MATCHES[facet], wanted, wanted, wanted);
  }
  if (query.minMs !== undefined) where.add('duration_ms >= ?', query.minMs);
  if (query.maxMs !== undefined) where.add('duration_ms <= ?', query.maxMs);
  if (query.q)
    where.add(
      `concat_ws(' ', tool, client_name, error_code, error_message, arguments, result) ILIKE ?`,
      containing(query.q),
    );
  return where;
}
