import type { ProjectContext } from '../projects/index.js';
import type { ServerRow } from '../servers/index.js';
import { type Answer, page } from '../shared/html/index.js';
import { paging } from '../shared/lists/index.js';
import { LEVELS, type ServerLogQuery } from './server-log.query.js';

interface List {
  readonly items: readonly object[];
  readonly nextCursor: string | null;
}

/** The list of the project's server logs, or of one server's as a tab of its page. */
export function serverLogPage(project: ProjectContext, query: ServerLogQuery, list: List, server?: ServerRow): Answer {
  const base = `/projects/${project.slug}`;
  const path = server ? `${base}/servers/${server.id}/logs` : `${base}/logs`;
  const level = query.level?.length === 1 ? query.level[0] : '';
  const isFiltered = Object.keys(query).some((name) => query[name as keyof ServerLogQuery] !== undefined);
  const context = {
    ...paging(path, query, list),
    server,
    query: { ...query, level },
    levels: LEVELS,
    isFiltered,
  };
  return page(
    'logs/server-logs',
    list,
    { ...context, canDelete: project.can('logs.delete') },
    { partial: part(query) },
  );
}

function part({ cursor }: ServerLogQuery): string {
  return cursor ? 'logs/_server-log-rows' : 'logs/_server-logs';
}
