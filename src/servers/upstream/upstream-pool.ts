import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../../shared/config/index.js';
import { Events } from '../../shared/events/index.js';
import type { Frame } from '../../shared/jsonrpc/index.js';
import { Backoff } from './backoff.js';
import type { AddressGuard } from './http/address-guard.js';
import type { Link, LinkHandlers, LinkInfo, Opener, UpstreamTarget } from './link.js';
import type { McpLink } from './mcp-link.js';
import { LinkOpener } from './open-link.js';
import { probe, type ProbeResult, type ProbeStep } from './probe.js';
import { UpstreamError } from './upstream-error.js';

/** A link that ends by itself sooner than this after it was opened was as good as never open. */
const STILLBORN_MS = 1000;

/** Every link of this process. Shared ones are opened when first asked for, and again after they have ended. */
@Injectable()
export class UpstreamPool implements OnApplicationShutdown {
  private readonly opener: LinkOpener;
  /** All links, also those being opened. */
  private readonly all = new Set<McpLink>();
  private readonly sharedLinks = new Map<string, Promise<Link>>();
  private readonly backoffs = new Map<string, Backoff>();
  private readonly listeners: ((link: Link, frame: Frame) => void)[] = [];
  private stopped = false;

  constructor(@Inject(CONFIG) config: Config, events: Events) {
    const logger = new Logger(UpstreamPool.name);
    this.opener = new LinkOpener(config, events, (message) => logger.warn(message));
  }

  /** Says whether an upstream URL may be reached; for forms, links check again by themselves. */
  get guard(): AddressGuard {
    return this.opener.guard;
  }

  /**
   * The one link for everybody who needs none of his own; concurrent openers wait for the same attempt.
   * @throws UpstreamError, at once while the last failure is fresh (1 s, doubling to 60 s).
   */
  shared(target: UpstreamTarget): Promise<Link> {
    const key = keyOf(target);
    const known = this.sharedLinks.get(key);
    if (known) return known;
    const forget = () => void (this.sharedLinks.get(key) === opening && this.sharedLinks.delete(key));
    const opening = this.attempt(target, { onNotification: (frame, link) => this.tell(link, frame), onClose: forget });
    this.sharedLinks.set(key, opening);
    opening.catch(forget);
    return opening;
  }

  /** A link for one MCP client alone, introduced as that client; its holder closes it. @throws UpstreamError */
  exclusive(target: UpstreamTarget, opener: Opener, handlers: LinkHandlers): Promise<Link> {
    return this.attempt(target, handlers, opener);
  }

  /** Log messages among them may be about anybody's call: they must not reach the callers. */
  onSharedNotification(listener: (link: Link, frame: Frame) => void): void {
    this.listeners.push(listener);
  }

  /** "Test connection": tries at once, whatever has failed before, and forgets the failures when it works. */
  async probe(target: UpstreamTarget, onStep: (step: ProbeStep) => void = () => undefined): Promise<ProbeResult> {
    const result = await probe(this.opener, target, onStep);
    if (result.ok) this.backoffs.delete(keyOf(target));
    return result;
  }

  /** Closes all links of a server whose registration was changed, disabled or deleted. */
  async drop(serverId: string, reason: string): Promise<void> {
    for (const key of [...this.backoffs.keys()]) if (key.startsWith(serverId)) this.backoffs.delete(key);
    await this.closeWhere((link) => link.target.serverId === serverId, reason);
  }

  links(serverId?: string): LinkInfo[] {
    const open = [...this.all].filter((link) => link.opened);
    return open.filter((link) => !serverId || link.target.serverId === serverId).map(infoOf);
  }

  /** Closes shared links that nobody has used for so long; exclusive ones are their holders' affair. */
  async closeIdle(olderThanMs: number): Promise<void> {
    const limit = Date.now() - olderThanMs;
    const idle = (link: McpLink) => link.opened && !link.exclusive && !link.inflight && +link.lastUsedAt < limit;
    await this.closeWhere(idle, 'it was idle');
  }

  async closeAll(): Promise<void> {
    this.stopped = true;
    await this.closeWhere(() => true, 'the gateway is shutting down');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.closeAll();
  }

  private tell(link: Link, frame: Frame): void {
    for (const listener of this.listeners) listener(link, frame);
  }

  private async attempt(target: UpstreamTarget, handlers: LinkHandlers, opener?: Opener): Promise<Link> {
    const key = keyOf(target);
    const backoff = this.backoffs.get(key) ?? new Backoff();
    if (backoff.reason) throw backoff.reason;
    const watched = { ...handlers, onClose: (error: UpstreamError) => this.onClose(link, error, handlers) };
    const link = await this.opener.prepare({ target, handlers: watched, ...(opener && { opener }) });
    if (this.stopped) throw new UpstreamError('UPSTREAM_CLOSED', 'The gateway is shutting down.');
    this.all.add(link);
    try {
      return await link.open();
    } catch (error) {
      if (this.all.delete(link)) {
        backoff.failed(error as UpstreamError);
        this.backoffs.set(key, backoff);
      }
      throw error;
    }
  }

  private onClose(link: McpLink, error: UpstreamError, handlers: LinkHandlers): void {
    this.all.delete(link);
    const key = keyOf(link.target);
    const backoff = this.backoffs.get(key) ?? new Backoff();
    const diedYoung = !link.dismissed && Date.now() - +link.openedAt < STILLBORN_MS;
    if (diedYoung) backoff.stillborn(error);
    if (diedYoung) this.backoffs.set(key, backoff);
    else this.backoffs.delete(key);
    handlers.onClose?.(error);
  }

  private async closeWhere(matches: (link: McpLink) => boolean, reason: string): Promise<void> {
    const links = [...this.all].filter(matches);
    for (const link of links) this.all.delete(link);
    await Promise.all(links.map((link) => link.close(reason)));
  }
}

function keyOf({ serverId, revision }: UpstreamTarget): string {
  return `${serverId} ${revision}`;
}

function infoOf(link: McpLink): LinkInfo {
  const { id, exclusive, pid, openedAt, lastUsedAt, inflight } = link;
  const { serverId, projectId, transport } = link.target;
  const { protocolVersion } = link.handshake;
  return { id, serverId, projectId, transport, exclusive, pid, protocolVersion, openedAt, lastUsedAt, inflight };
}
