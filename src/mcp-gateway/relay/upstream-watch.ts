import type { Link, ListenFilter } from '../../servers/index.js';
import { parse, textOf, type Frame } from '../../shared/jsonrpc/index.js';
import type { ServerRecord } from '../routing/sources.js';
import { isObject } from '../sessions/is-object.js';
import type { ResourceWatches } from './resource-watches.js';

/** Hears what an upstream tells of, as a notification's method and parameters. */
export interface WatchListener {
  onNotification(method: string, params: Readonly<Record<string, unknown>>): void;
  /** The upstream has ended it. */
  onEnd(): void;
}

/** What an upstream was asked to tell of. */
export interface UpstreamWatch {
  /** Those of the wanted resources that it does tell of. */
  readonly uris: readonly string[];
  close(): void;
}

const UPDATED = 'notifications/resources/updated';

/** Asks an upstream of either era to tell of changes. */
export async function watchUpstream(
  server: ServerRecord,
  link: Link,
  wanted: ListenFilter,
  listener: WatchListener,
  watches: ResourceWatches,
): Promise<UpstreamWatch> {
  const { resources } = link.handshake.capabilities as { resources?: { subscribe?: boolean } };
  const uris = resources?.subscribe === true ? (wanted.resourceSubscriptions ?? []) : [];
  if (link.era === 'modern') {
    const { resourceSubscriptions: _wanted, ...lists } = wanted;
    const filter = uris.length > 0 ? { ...lists, resourceSubscriptions: uris } : lists;
    if (Object.keys(filter).length === 0) return { uris, close: () => undefined };
    const listening = link.listen(
      filter,
      (frame) => tell(frame, listener),
      () => listener.onEnd(),
    );
    return { uris, close: () => listening.close() };
  }
  const onUpdate = (uri: string) => listener.onNotification(UPDATED, { uri });
  const taken = await Promise.allSettled(uris.map((uri) => watches.add(server, uri, onUpdate)));
  const leaves = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return {
    uris: uris.filter((_uri, at) => taken[at]?.status === 'fulfilled'),
    close: () => {
      for (const leave of leaves) leave();
    },
  };
}

function tell({ method = '', bytes, params }: Frame, listener: WatchListener): void {
  const said = params ? parse(textOf(bytes, params)) : {};
  if (isObject(said)) listener.onNotification(method, said);
}
