import { membersOf, parse, textOf, type Edit, type Frame } from '../../../shared/jsonrpc/index.js';
import { PROTOCOL_META, STATELESS_VERSION } from '../../sessions/stateless-client.js';
import { announcingChanges, type Introduced } from '../welcome.js';

const VERSIONS = JSON.stringify([STATELESS_VERSION]);

/** JSON of the result of `server/discover`, made of what is known otherwise. */
export function discoverResult({ capabilities, serverInfo, instructions }: Introduced): string {
  // Tasks were part of the core protocol before; here they are an extension, with other methods.
  const { tasks: _ofSessions, ...offered } = capabilities;
  return JSON.stringify({
    resultType: 'complete',
    supportedVersions: [STATELESS_VERSION],
    capabilities: offered,
    ...(instructions !== undefined && { instructions }),
    ...{ ttlMs: 0, cacheScope: 'private' },
    _meta: { [`${PROTOCOL_META}serverInfo`]: serverInfo },
  });
}

/** The upstream's own result, with our version and the changes that we tell of. */
export function discoverEdits({ bytes, kind, outcome }: Frame): Edit[] {
  if (kind !== 'result' || !outcome || bytes[outcome.start] !== 0x7b) return [];
  const members = membersOf(bytes, outcome);
  const [versions, capabilities] = [members.get('supportedVersions'), members.get('capabilities')];
  const offered = capabilities && (parse(textOf(bytes, capabilities)) as Introduced['capabilities']);
  return [
    ...(versions ? [{ ...versions, text: VERSIONS }] : []),
    ...(capabilities && offered ? [{ ...capabilities, text: JSON.stringify(announcingChanges(offered)) }] : []),
  ];
}
