import { RpcCode } from '../../shared/errors/index.js';
import { membersOf, textOf, type Edit, type Frame, type Span } from '../../shared/jsonrpc/index.js';
import { metaOf, PROTOCOL_META } from '../sessions/stateless-client.js';
import { errorCodeOf } from './outcome.js';
import { dropMembers } from './drop-members.js';

const SERVER_INFO = `${PROTOCOL_META}serverInfo`;
const RETRY = new Set(['inputResponses', 'requestState']);
const STAMPS = new Set(['resultType', 'ttlMs', 'cacheScope']);
/** Results that say how long they may be kept (2026-07-28 `server/utilities/caching.mdx`). */
const CACHEABLE = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
]);

/** A stateless request as a session's: without its envelope and without what belongs to retries. */
export function asSessionRequest(request: Frame): Edit[] {
  const { bytes, params } = request;
  if (!params) return [];
  const meta = membersOf(bytes, params).get('_meta');
  const envelope = meta && metaOf(request).size > 0;
  return [
    ...dropMembers(bytes, params, (key) => RETRY.has(key)),
    ...(envelope ? dropMembers(bytes, meta, (key) => key.startsWith(PROTOCOL_META)) : []),
  ];
}

/** A session's result as a stateless one's: kind, server, and for lists that nobody may keep them. */
export function asStatelessResponse(response: Frame, method: string, serverInfo: object): Edit[] {
  const { bytes, outcome } = response;
  if (response.kind === 'error') return withCode(response, RpcCode.resourceNotFound, RpcCode.invalidParams);
  if (!isObject(bytes, outcome)) return [];
  const members = membersOf(bytes, outcome);
  const stamps = [
    ...(members.has('resultType') ? [] : ['"resultType":"complete"']),
    ...(CACHEABLE.has(method) ? cacheStamps(members) : []),
  ];
  const about = `"${SERVER_INFO}":${JSON.stringify(serverInfo)}`;
  const meta = members.get('_meta');
  if (!isObject(bytes, meta)) return inserted(outcome, members.size, [...stamps, `"_meta":{${about}}`]);
  const known = membersOf(bytes, meta);
  const aboutEdits = known.has(SERVER_INFO) ? [] : inserted(meta, known.size, [about]);
  return [...inserted(outcome, members.size, stamps), ...aboutEdits];
}

/** A list of the gateway's own, as the result of a stateless request. */
export function stampedList(list: string, serverInfo: object): string {
  const about = `"_meta":{"${SERVER_INFO}":${JSON.stringify(serverInfo)}}`;
  return `{"resultType":"complete","ttlMs":0,"cacheScope":"private",${about},${list.slice(1)}`;
}

/** What we have filtered may not be shown to holders of other keys, whatever the upstream said. */
export function asPrivate({ bytes, outcome, kind }: Frame): Edit[] {
  if (kind !== 'result' || !isObject(bytes, outcome)) return [];
  const scope = membersOf(bytes, outcome).get('cacheScope');
  return scope ? [{ ...scope, text: '"private"' }] : [];
}

/** A stateless result as a session's client knows it. */
export function asSessionResponse(response: Frame, method: string): Edit[] {
  const { bytes, outcome } = response;
  if (response.kind === 'error') {
    const isMissing = method === 'resources/read' && saysUri(response);
    return isMissing ? withCode(response, RpcCode.invalidParams, RpcCode.resourceNotFound) : [];
  }
  if (!isObject(bytes, outcome)) return [];
  const meta = membersOf(bytes, outcome).get('_meta');
  return [
    ...dropMembers(bytes, outcome, (key) => STAMPS.has(key)),
    ...(isObject(bytes, meta) ? dropMembers(bytes, meta, (key) => key === SERVER_INFO) : []),
  ];
}

function cacheStamps(members: ReadonlyMap<string, Span>): string[] {
  return [
    ...(members.has('ttlMs') ? [] : ['"ttlMs":0']),
    ...(members.has('cacheScope') ? [] : ['"cacheScope":"private"']),
  ];
}

function inserted({ start }: Span, size: number, members: readonly string[]): Edit[] {
  if (members.length === 0) return [];
  return [{ start: start + 1, end: start + 1, text: members.join(',') + (size > 0 ? ',' : '') }];
}

function withCode(response: Frame, from: number, to: number): Edit[] {
  const { bytes, outcome } = response;
  if (!isObject(bytes, outcome) || errorCodeOf(response) !== from) return [];
  return [{ ...(membersOf(bytes, outcome).get('code') as Span), text: String(to) }];
}

/** That a resource is missing is told by naming it (2026-07-28 `server/resources.mdx#error-handling`). */
function saysUri({ bytes, outcome }: Frame): boolean {
  const data = isObject(bytes, outcome) ? membersOf(bytes, outcome).get('data') : undefined;
  return isObject(bytes, data) && textOf(bytes, data).includes('"uri"');
}

function isObject(bytes: Buffer, span: Span | undefined): span is Span {
  return span !== undefined && bytes[span.start] === 0x7b;
}
