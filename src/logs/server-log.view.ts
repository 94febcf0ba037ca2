import {
  anyObject,
  id,
  integer,
  named,
  nullable,
  object,
  type Of,
  oneOf,
  record,
  text,
  time,
} from '../shared/api/index.js';
import type { ServerLogged } from '../shared/events/index.js';
import { LEVELS } from './server-log.query.js';

export type Category = ServerLogged['category'];

const CATEGORIES = [
  ...(['connection', 'startup', 'shutdown', 'tool_execution'] as const),
  ...(['status_check', 'configuration', 'stderr', 'error'] as const),
] satisfies Category[];

/** What happened to a server. */
export const ServerLogView = named('ServerLog', {
  id: id(),
  at: time(),
  server: object({ id: id(), name: nullable(text()) }),
  level: oneOf(LEVELS),
  category: oneOf(CATEGORIES),
  message: text(),
  details: nullable(anyObject('What belongs to the message.')),
});
export type ServerLogView = Of<typeof ServerLogView>;

export const ServerLogSummary = named('ServerLogSummary', {
  total: integer(),
  errors: integer(),
  byLevel: record(integer()),
  byCategory: record(integer()),
  lastErrorAt: nullable(time()),
});

export const Deleted = object({ deleted: integer('How many.') });
