import type { ProjectContext } from '../projects/index.js';
import { search } from '../shared/lists/index.js';
import { type CallFilter, type CallQuery, DEFAULT_RANGE, FACETS, STATUSES } from './call-filter.js';
import type { CallMetrics } from './call-metrics.service.js';
import type { CallView } from './call.view.js';
import type { Facets, FacetValue } from './calls.service.js';

const RANGES = ['15m', '30m', '1h', '6h', '24h', '7d'];
const WIDEST = '7d';

interface List {
  readonly items: readonly CallView[];
  readonly nextCursor: string | null;
}

/** A part of a page asked for the list: older rows, a few rows for an overview, or the list under its filters. */
export function fragmentFor({ cursor, limit }: CallQuery): string {
  if (cursor) return 'logs/_older';
  return limit ? 'logs/_recent' : 'logs/_calls';
}

/** What the call log's page shows besides the calls: its filters as links and fields, and where to go from here. */
export function listPage(
  project: ProjectContext,
  { query, from, to }: CallFilter,
  list: List,
  facets?: Facets,
  hasAny = true,
) {
  const path = `/projects/${project.slug}/tool-call-logs`;
  const link = (changes: Partial<CallQuery>) => path + search({ ...query, cursor: undefined, ...changes });
  const range = query.from || query.to ? null : (query.range ?? DEFAULT_RANGE);
  const custom = { from: undefined, to: undefined };
  const isFiltered = [...FACETS, 'q', 'minMs', 'maxMs'].some((name) => query[name as keyof CallQuery] !== undefined);
  return {
    path,
    range,
    query,
    customFrom: range ? '' : fieldTime(from),
    customTo: range || !to ? '' : fieldTime(to),
    emptyBecause: isFiltered ? 'filter' : hasAny ? 'time' : 'nothing',
    ranges: RANGES.map((value) => ({ value, href: link({ ...custom, range: value }), isCurrent: value === range })),
    statuses: statusLinks(query, facets?.status ?? [], (status) => link({ status, limit: undefined })),
    tools: choices(facets?.tool, query.tool),
    servers: choices(facets?.server, query.server),
    refreshHref: link({}),
    widestHref: range === WIDEST ? null : link({ ...custom, range: WIDEST }),
    clearHref: path + search({ range: query.range, from: query.from, to: query.to }),
    metricsHref: `${path}/metrics${search({ ...query, cursor: undefined, limit: undefined })}`,
    olderHref: list.nextCursor && link({ cursor: list.nextCursor }),
    newestHref: query.cursor ? link({}) : null,
  };
}

/** The success rate as people read it, and how it is. */
export function metricsInWords({ successRate, byStatus }: CallMetrics) {
  const failed = byStatus.error + byStatus.timeout;
  return {
    successText: successRate === null ? '–' : `${Math.floor(successRate * 1000) / 10} %`,
    failureText: `${failed.toLocaleString('en')} failed`,
    successTone: failed === 0 ? 'ok' : successRate !== null && successRate < 0.9 ? 'bad' : 'warn',
  };
}

function statusLinks(query: CallQuery, found: readonly FacetValue[], linkTo: (status?: CallQuery['status']) => string) {
  const countOf = (status: string) => found.find(({ value }) => value === status)?.count ?? 0;
  const all = { status: null, count: found.reduce((sum, { count }) => sum + count, 0), href: linkTo(undefined) };
  const each = STATUSES.map((status) => ({ status, count: countOf(status), href: linkTo([status]) }));
  const chosen = query.status?.length === 1 ? query.status[0] : null;
  return [all, ...each].map((entry) => ({
    ...entry,
    isCurrent: entry.status === chosen && (!!chosen || !query.status),
  }));
}

/** What was chosen stays among the choices, even when nothing was found with it. */
function choices(found: readonly FacetValue[] = [], chosen: readonly string[] = []) {
  const missing = chosen.filter((value) => !found.some((facet) => facet.value === value));
  return [
    ...found.map(({ value, count }) => ({ value, label: `${value} (${count})` })),
    ...missing.map((value) => ({ value, label: `${value} (0)` })),
  ];
}

/** UTC to the minute, as `<input type="datetime-local">` takes it. */
function fieldTime(at: Date): string {
  return at.toISOString().slice(0, 16);
}
