import type { AnyLink, Link } from '../../servers/index.js';
import { parse, textOf, type Frame } from '../../shared/jsonrpc/index.js';
import type { Routes } from '../routing/routes.js';
import type { ServerRecord } from '../routing/sources.js';
import { isObject } from '../sessions/is-object.js';

/** How often links are looked at that carry subscriptions, ms. */
const LOOK_MS = 5000;

/** Hears that a resource has changed; `uri` may be that of a part of it. */
export type ResourceListener = (uri: string) => void;

interface Watch {
  readonly server: ServerRecord;
  readonly uri: string;
  readonly listeners: Set<ResourceListener>;
  link: Link;
  /** Settles when the upstream has taken the subscription. */
  taken: Promise<unknown>;
}

/** Subscriptions at upstreams that know sessions only: one for all who want it, on the shared link. */
export class ResourceWatches {
  private readonly watches = new Map<string, Watch>();
  private readonly timer = setInterval(() => this.look(), LOOK_MS).unref();

  constructor(
    private readonly linkTo: (server: ServerRecord) => Link | Promise<Link>,
    private readonly routes: Pick<Routes, 'endpoint'>,
  ) {}

  /** Resolves with what ends it. @throws ProtocolError or UpstreamError when the upstream does not take it. */
  async add(server: ServerRecord, uri: string, listener: ResourceListener): Promise<() => void> {
    const link = await this.linkTo(server);
    const key = `${server.id} ${uri}`;
    let watch = this.watches.get(key);
    if (!watch)
      this.watches.set(key, (watch = { server, uri, link, listeners: new Set(), taken: subscribe(link, uri) }));
    const joined = watch;
    joined.listeners.add(listener);
    const leave = () => this.leave(key, joined, listener);
    try {
      await joined.taken;
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  /** What is said on shared links. */
  heard({ target }: AnyLink, { method, bytes, params }: Frame): void {
    if (method !== 'notifications/resources/updated' || !params || this.watches.size === 0) return;
    const said = parse(textOf(bytes, params));
    if (!isObject(said) || typeof said.uri !== 'string') return;
    for (const { server, uri, listeners } of this.watches.values()) {
      if (server.id !== target.serverId || (said.uri !== uri && !said.uri.startsWith(`${uri}/`))) continue;
      for (const listener of listeners) listener(said.uri);
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private leave(key: string, watch: Watch, listener: ResourceListener): void {
    if (!watch.listeners.delete(listener) || watch.listeners.size > 0) return;
    if (this.watches.get(key) === watch) this.watches.delete(key);
    if (!watch.link.closed) watch.link.ask('resources/unsubscribe', { uri: watch.uri }).catch(() => undefined);
  }

  private look(): void {
    for (const watch of this.watches.values()) if (watch.link.closed) this.renew(watch).catch(() => undefined);
  }

  /** The new link of a server does not know what the old one was asked; what happened meanwhile is told as a change. */
  private async renew(watch: Watch): Promise<void> {
    const endpoint = this.routes.endpoint(watch.server.projectId, watch.server.id);
    if (endpoint?.kind !== 'server' || !endpoint.enabled) return;
    watch.link = await this.linkTo(endpoint.server);
    watch.taken = subscribe(watch.link, watch.uri);
    await watch.taken;
    for (const listener of watch.listeners) listener(watch.uri);
  }
}

function subscribe(link: Link, uri: string): Promise<unknown> {
  return link.ask('resources/subscribe', { uri });
}
