import type { ListenFilter } from '../../../servers/index.js';
import { membersOf, parse, textOf } from '../../../shared/jsonrpc/index.js';
import type { Endpoint } from '../../routing/endpoint.js';
import { isObject } from '../../sessions/is-object.js';
import { invalidParams } from '../failure.js';
import { objectParam } from '../params.js';
import type { ModernExchange } from './modern-exchange.js';

/** More than any honest client watches on one stream. */
const MOST_URIS = 200;

const LISTS = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
} as const;

export type ListName = keyof typeof LISTS;

/** What the client wants to hear of. @throws ProtocolError -32602 */
export function readFilter(exchange: ModernExchange): ListenFilter {
  const { bytes, params } = exchange.request;
  objectParam(exchange, 'notifications');
  const span = params && membersOf(bytes, params).get('notifications');
  const given = span && parse(textOf(bytes, span));
  const { resourceSubscriptions: uris } = isObject(given) ? given : {};
  if (uris !== undefined && !(Array.isArray(uris) && uris.every((uri) => typeof uri === 'string'))) {
    throw invalidParams('"resourceSubscriptions" must be a list of URIs');
  }
  if (uris && uris.length > MOST_URIS) throw invalidParams(`at most ${MOST_URIS} resources can be watched on a stream`);
  const wanted = Object.values(LISTS).filter((name) => isObject(given) && given[name] === true);
  return {
    ...Object.fromEntries(wanted.map((name) => [name, true])),
    ...(uris && { resourceSubscriptions: [...new Set(uris)] }),
  };
}

/** Whether a change of this list is to be told. */
export function includes(filter: ListenFilter, list: ListName): boolean {
  return filter[LISTS[list]] === true;
}

/** The lists of the filter that the endpoint has; the gateway tells of their changes whatever the upstream does. */
export function honouredLists(filter: ListenFilter, endpoint: Endpoint, offered: object): ListenFilter {
  const names = Object.keys(LISTS) as ListName[];
  const honoured = names.filter((name) => includes(filter, name) && (endpoint.kind === 'unified' || name in offered));
  return Object.fromEntries(honoured.map((name) => [LISTS[name], true]));
}

/** The list that a notification says has changed. */
export function changedList(method: string): ListName | undefined {
  return /^notifications\/(tools|prompts|resources)\/list_changed$/.exec(method)?.[1] as ListName | undefined;
}
