import type { Link, ModernLink } from '../../servers/index.js';
import { parse, textOf, type Frame } from '../../shared/jsonrpc/index.js';
import type { ServerRecord } from '../routing/sources.js';
import { isObject } from '../sessions/is-object.js';
import type { ResourceListener, ResourceWatches } from './resource-watches.js';

/** Resources that an upstream was asked to tell of. */
export interface UpstreamWatch {
  /** Those that it does tell of. */
  readonly uris: readonly string[];
  close(): void;
}

/** Who hears of it. */
export interface WatchListener {
  readonly onUpdate: ResourceListener;
  /** The upstream has ended it. */
  onEnd(): void;
}

/** Asks an upstream of either era to tell of changed resources. */
export async function watchUpstream(
  server: ServerRecord,
  link: Link,
  uris: readonly string[],
  listener: WatchListener,
  watches: ResourceWatches,
): Promise<UpstreamWatch> {
  if (link.era === 'modern') return listenTo(link, uris, listener);
  if (!canWatch(link)) return NOTHING;
  const taken = await Promise.allSettled(uris.map((uri) => watches.add(server, uri, listener.onUpdate)));
  const leaves = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return {
    uris: uris.filter((_uri, at) => taken[at]?.status === 'fulfilled'),
    close: () => {
      for (const leave of leaves) leave();
    },
  };
}

/** Asks an upstream of the stateless protocol, by a stream of its own. */
export function listenTo(link: ModernLink, uris: readonly string[], listener: WatchListener): UpstreamWatch {
  if (!canWatch(link) || uris.length === 0) return NOTHING;
  const listening = link.listen(
    { resourceSubscriptions: uris },
    (frame) => tell(frame, listener),
    () => listener.onEnd(),
  );
  return { uris, close: () => listening.close() };
}

const NOTHING: UpstreamWatch = { uris: [], close: () => undefined };

function canWatch({ handshake }: Link): boolean {
  return (handshake.capabilities.resources as { subscribe?: boolean } | undefined)?.subscribe === true;
}

function tell({ method, bytes, params }: Frame, listener: WatchListener): void {
  if (method !== 'notifications/resources/updated' || !params) return;
  const said = parse(textOf(bytes, params));
  if (isObject(said) && typeof said.uri === 'string') listener.onUpdate(said.uri);
}
