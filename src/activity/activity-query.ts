import { ArrayMaxSize, isUUID, Matches } from 'class-validator';
import { containing } from '../shared/database/index.js';
import {
  Conditions,
  OptionalList,
  OptionalRange,
  OptionalText,
  OptionalTime,
  PageQuery,
  windowOf,
} from '../shared/lists/index.js';

/** Long before there was anything. */
const ALWAYS = '9999d';

/** Whose activities: of everything in a project, of a team, or of the whole instance. */
export type Scope = { readonly projectId: string } | { readonly teamId: string } | 'instance';

/** What may stand in the query of a feed's URL. */
export class ActivityQuery extends PageQuery {
  /** An id, or part of a name. */
  @OptionalText(200) actor?: string;

  /** Types such as `server.created`, or the kind of object alone: `server`. */
  @OptionalList(
    Matches(/^[a-z]+(\.[a-z_]+)?$/, { each: true, message: 'Give types such as server.created, or server for all.' }),
    ArrayMaxSize(50, { message: 'Choose at most 50.' }),
  )
  type?: string[];

  @OptionalTime() from?: string;
  /** A day alone is the whole day. */
  @OptionalTime() to?: string;
  @OptionalRange() range?: string;
}

/** The time that the query bounds the feed to; null on a side where it does not. @throws Invalid */
export function boundsOf({ from, to, range }: ActivityQuery): { from: Date | null; to: Date | null } {
  const end = to !== undefined && /^\d{4}-\d\d-\d\d$/.test(to) ? `${to}T23:59:59.999Z` : to;
  const window = windowOf({ from, to: end, range }, ALWAYS);
  return { from: (from ?? range) ? window.from : null, to: window.to };
}

/** The filter in SQL. The scope is always part of it: the tenancy check is the query. */
export function conditionsOf(scope: Scope, query: ActivityQuery): Conditions {
  const where = new Conditions();
  if (scope !== 'instance') {
    if ('projectId' in scope) where.add('project_id = ?', scope.projectId);
    else where.add('team_id = ?', scope.teamId);
  }
  const { actor, type } = query;
  if (actor !== undefined && isUUID(actor)) where.add('actor_id = ?', actor);
  else if (actor !== undefined) where.add('actor_name ILIKE ?', containing(actor));
  if (type) where.add(`(type = ANY(?) OR split_part(type, '.', 1) = ANY(?))`, type, type);
  return where;
}
