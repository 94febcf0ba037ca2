import type { Lists, UnifiedEndpoint } from '../routing/endpoint.js';
import type { Exchange } from './exchange.js';
import { invalidParams } from './failure.js';

const LISTS: Readonly<Record<string, keyof Lists>> = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'templates',
};

/** The list a method asks for, of all servers in one page; `undefined` when it is no list. @throws ProtocolError */
export function unifiedList({ method, params }: Exchange, { lists }: UnifiedEndpoint): string | undefined {
  const name = LISTS[method];
  if (name && params.has('cursor')) throw invalidParams('unknown cursor');
  return name && lists[name];
}
