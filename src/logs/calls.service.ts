import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { integer, list, named, object, type Of, text } from '../shared/api/index.js';
import { NotFound } from '../shared/errors/index.js';
import { timeOf } from '../shared/time-id.js';
import { Conditions, decodeUuidCursor, pageOf } from '../shared/lists/index.js';
import { type CallFilter, conditionsOf, type Facet, FACETS } from './call-filter.js';
import { type CallRecord, callView, type CallView, RECORD_COLUMNS } from './call.view.js';
import { LogReader } from './log-reader.js';

/** A list leaves larger payloads to the call's own URL. */
const LISTED_PAYLOAD_BYTES = 16 * 1024;
const MOST_VALUES = 20;

const FacetValue = object({ value: text(), label: text(), count: integer() });
export type FacetValue = Of<typeof FacetValue>;

const values = list(FacetValue);
export const Facets = named('Facets', {
  status: values,
  tool: values,
  server: values,
  client: values,
  session: values,
  key: values,
} satisfies Record<Facet, unknown>);
export type Facets = Of<typeof Facets>;

const FACET_VALUES: Record<Facet, { value: string; label?: string }> = {
  status: { value: 'status' },
  tool: { value: 'tool' },
  server: { value: 'server_name' },
  client: { value: 'client_name' },
  session: { value: 'session_id' },
  key: { value: 'api_key_id::text', label: 'max(api_key_name)' },
};

/** Finds recorded calls, newest first. */
@Injectable()
export class CallsService {
  constructor(private readonly reader: LogReader) {}

  async list(filter: CallFilter): Promise<{ items: CallView[]; nextCursor: string | null }> {
    const { cursor, limit = 50 } = filter.query;
    const after = cursor ? decodeUuidCursor(cursor) : undefined;
    const from = after?.from ?? filter.from;
    const where = conditionsOf({ ...filter, from });
    if (after) where.add('(at, id) < (?, ?::uuid)', after.at, after.id);
    const small = (column: string) => `octet_length(${column}) <= ${LISTED_PAYLOAD_BYTES}`;
    const records = await this.reader.rows<CallRecord>(
      `SELECT ${RECORD_COLUMNS},
         CASE WHEN ${small('arguments')} THEN arguments END AS arguments, CASE WHEN ${small('result')} THEN result END AS result,
         NOT coalesce(${small('arguments')}, true) OR NOT coalesce(${small('result')}, true) AS "payloadOmitted"
       FROM tool_call_logs WHERE ${where.sql} ORDER BY at DESC, id DESC LIMIT ${limit + 1}`,
      where.values,
    );
    const { items, nextCursor } = pageOf(records, limit, from);
    return { items: items.map(callView), nextCursor };
  }

  /** @throws NotFound also for a call of another project. */
  async find(projectId: string, id: string): Promise<CallView> {
    if (!isUUID(id)) throw new NotFound('page');
    const where = new Conditions().add('project_id = ?', projectId).add('at = ?', timeOf(id)).add('id = ?', id);
    const [record] = await this.reader.rows<CallRecord>(
      `SELECT ${RECORD_COLUMNS}, arguments, result, false AS "payloadOmitted" FROM tool_call_logs WHERE ${where.sql}`,
      where.values,
    );
    if (!record) throw new NotFound('call');
    return callView(record);
  }

  /** Whether the project has any call at all. */
  async any(projectId: string): Promise<boolean> {
    const rows = await this.reader.rows('SELECT 1 FROM tool_call_logs WHERE project_id = $1 LIMIT 1', [projectId]);
    return rows.length > 0;
  }

  /** The commonest values of each facet, counted as if that facet were not filtered by. */
  async facets(filter: CallFilter, facets: readonly Facet[] = FACETS): Promise<Facets> {
    const values: unknown[] = [];
    const parts = facets.map((facet) => {
      const { value, label = value } = FACET_VALUES[facet];
      const where = conditionsOf(filter, values, facet).add(`${value} IS NOT NULL`);
      return `(SELECT '${facet}' AS facet, ${value} AS value, ${label} AS label, count(*)::integer AS count
        FROM tool_call_logs WHERE ${where.sql} GROUP BY ${value} ORDER BY count DESC, value LIMIT ${MOST_VALUES})`;
    });
    const rows = await this.reader.rows<FacetValue & { facet: Facet }>(parts.join(' UNION ALL '), values);
    const found: Record<Facet, FacetValue[]> = { status: [], tool: [], server: [], client: [], session: [], key: [] };
    for (const { facet, ...value } of rows) found[facet].push(value);
    return found;
  }
}
