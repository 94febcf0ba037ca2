import type { AnyLink, Link, ListenFilter } from '../../../servers/index.js';
import { ProtocolError, RpcCode } from '../../../shared/errors/index.js';
import type { Frame } from '../../../shared/jsonrpc/index.js';
import { changedLists } from '../../routing/changed-lists.js';
import { sameEndpoint, type ProjectRoutes, type UnifiedEndpoint } from '../../routing/endpoint.js';
import type { ServerRecord } from '../../routing/sources.js';
import type { Caller } from '../../sessions/caller.js';
import type { ResourceWatches } from '../resource-watches.js';
import { watchUpstream } from '../upstream-watch.js';
import { Listen } from './listen.js';
import { changedList, honouredLists, readFilter } from './listen-filter.js';
import type { ModernExchange } from './modern-exchange.js';

/** More than any honest client holds open at once. */
const MOST_PER_KEY = 500;

export interface ListensParts {
  readonly linkTo: (server: ServerRecord) => Link | Promise<Link>;
  readonly watches: ResourceWatches;
}

/** The open `subscriptions/listen` of this replica (2026-07-28 `basic/patterns/subscriptions.mdx`). */
export class Listens {
  private readonly open = new Set<Listen>();

  constructor(private readonly parts: ListensParts) {}

  get size(): number {
    return this.open.size;
  }

  /** @throws ProtocolError when the filter cannot be read or the key has too many. */
  start(exchange: ModernExchange): void {
    const filter = readFilter(exchange);
    const { keyId } = exchange.caller.principal;
    const held = [...this.open].filter((listen) => listen.caller.principal.keyId === keyId).length;
    if (held >= MOST_PER_KEY) {
      const message = `This API key listens on ${held} streams. Close some, or use another key.`;
      throw new ProtocolError(RpcCode.busy, message, { kind: 'too_many_streams', executed: 'no' });
    }
    const listen = new Listen(exchange);
    this.open.add(listen);
    exchange.finally(() => {
      this.open.delete(listen);
      listen.close();
    });
    this.acknowledge(listen, filter).catch((error: unknown) => exchange.fail(error));
  }

  /** What an upstream says on the link that everybody shares. */
  heard({ target }: AnyLink, { method = '' }: Frame): void {
    const list = changedList(method);
    if (!list) return;
    for (const listen of this.open) if (listen.caller.endpoint.serverId === target.serverId) listen.listChanged(list);
  }

  routesChanged(before: ProjectRoutes | undefined, after: ProjectRoutes | undefined): void {
    const projectId = before?.id ?? after?.id;
    for (const listen of [...this.open]) {
      const { endpoint } = listen.caller;
      if (endpoint.projectId !== projectId) continue;
      const [old, now] = [sameEndpoint(endpoint, before), sameEndpoint(endpoint, after)];
      if (!now?.enabled) listen.end();
      else if (old) for (const list of changedLists(old, now)) listen.listChanged(list);
    }
  }

  endWhere(mustEnd: (caller: Caller) => boolean): void {
    for (const listen of [...this.open]) if (mustEnd(listen.caller)) listen.end();
  }

  /** First what is honoured, then everything else. */
  private async acknowledge(listen: Listen, filter: ListenFilter): Promise<void> {
    const { endpoint } = listen.caller;
    const { resourceSubscriptions: uris } = filter;
    if (endpoint.kind === 'unified') {
      const honoured = uris && (await this.watchUnified(listen, uris, endpoint));
      return listen.acknowledge(honouredLists(filter, endpoint, {}), honoured);
    }
    const link = await this.parts.linkTo(endpoint.server);
    const honoured = uris && (await this.watch(listen, { server: endpoint.server, link, uris }));
    listen.acknowledge(honouredLists(filter, endpoint, link.handshake.capabilities), honoured);
  }

  private async watchUnified(listen: Listen, uris: readonly string[], endpoint: UnifiedEndpoint): Promise<string[]> {
    const byServer = new Map<ServerRecord, Map<string, string>>();
    for (const uri of uris) {
      const origin = endpoint.resources.resolve(uri);
      if (!origin) continue;
      const names = byServer.get(origin.server) ?? new Map<string, string>();
      byServer.set(origin.server, names.set(origin.uri, uri));
    }
    const watching = [...byServer].map(async ([server, names]) => {
      const rename = (uri: string) => names.get(uri) ?? endpoint.resources.expose(server, uri);
      const link = await this.parts.linkTo(server);
      const honoured = await this.watch(listen, { server, link, uris: [...names.keys()] }, rename);
      return honoured.map(rename);
    });
    // Of a server that is down nothing is told, and nothing is promised.
    const watched = await Promise.allSettled(watching);
    return watched.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  }

  private async watch(
    listen: Listen,
    { server, link, uris }: { server: ServerRecord; link: Link; uris: readonly string[] },
    rename: (uri: string) => string = (uri) => uri,
  ): Promise<readonly string[]> {
    const listener = {
      onUpdate: (uri: string) => listen.resourceUpdated(rename(uri)),
      onEnd: () => listen.end(),
    };
    const watch = await watchUpstream(server, link, uris, listener, this.parts.watches);
    listen.onClose(() => watch.close());
    return watch.uris;
  }
}
