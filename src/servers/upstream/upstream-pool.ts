import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../../shared/config/index.js';
import { Events } from '../../shared/events/index.js';
import type { Frame } from '../../shared/jsonrpc/index.js';
import { Backoff } from './backoff.js';
import type { AddressGuard } from './http/address-guard.js';
import { EraChoice } from './era-choice.js';
import { keyOf } from './era-verdicts.js';
import type { AnyLink, Era, Eras, Link, LinkHandlers, LinkInfo, Opener, UpstreamTarget } from './link.js';
import { LinkOpener, type OpenableLink, type Opening } from './open-link.js';
import { probe, type ProbeResult, type ProbeStep } from './probe.js';
import { Turns } from './turns.js';
import { UpstreamError } from './upstream-error.js';

const ERAS = ['legacy', 'modern'] as const;

/** A link that ends by itself sooner than this after it was opened, and without an answer, was as good as never open. */
const STILLBORN_MS = 1000;

/** Every link of this process. Shared ones are opened when first asked for, and again after they have ended. */
@Injectable()
export class UpstreamPool implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Of the calls to servers that carry out only so many at once. */
  readonly turns = new Turns();
  private readonly opener: LinkOpener;
  private readonly choice = new EraChoice({
    shared: (target, era) => this.sharedOf(target, era),
    tryModern: (target) => this.tryModern(target),
  });
  /** All links, also those being opened. */
  private readonly all = new Set<OpenableLink>();
  private readonly sharedLinks = new Map<string, Promise<Link>>();
  private readonly backoffs = new Map<string, Backoff>();
  private readonly listeners: ((link: AnyLink, frame: Frame) => void)[] = [];
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
   * The one link for everybody who needs none of his own; concurrent openers wait for the same attempt. Of an upstream
   * that does not speak the wanted era it is of the other one.
   * @throws UpstreamError, at once while the last failure is fresh (1 s, doubling to 60 s).
   */
  shared(target: UpstreamTarget, era: Era = 'legacy'): Promise<Link> {
    if (era === 'modern') return this.choice.modernFirst(target);
    return this.choice.legacyFirst(target, (leg) => this.sharedOf(target, leg));
  }

  /**
   * A link for one MCP client alone, introduced as that client; its holder closes it. Modern where that is asked for,
   * which takes an upstream that is known to speak it, and of an upstream that speaks nothing else.
   * @throws UpstreamError
   */
  exclusive(target: UpstreamTarget, opener: Opener, handlers: LinkHandlers, wanted: Era = 'legacy'): Promise<Link> {
    if (wanted === 'modern') return this.attempt({ target, era: wanted, handlers, opener });
    return this.choice.legacyFirst(target, (era) => this.attempt({ target, era, handlers, opener }));
  }

  /** Which eras the upstream speaks: as seen within the last 24 hours, else tried. @throws UpstreamError */
  eras(target: UpstreamTarget): Promise<Eras> {
    return this.choice.eras(target);
  }

  /** Log messages among them may be about anybody's call: they must not reach the callers. */
  onSharedNotification(listener: (link: AnyLink, frame: Frame) => void): void {
    this.listeners.push(listener);
  }

  /** "Test connection": tries at once, whatever has failed before, and forgets the failures when it works. */
  async probe(target: UpstreamTarget, onStep: (step: ProbeStep) => void = () => undefined): Promise<ProbeResult> {
    const result = await probe(this.opener, target, onStep);
    if (result.eras) this.choice.note(target, result.eras);
    for (const era of result.ok ? ERAS : []) this.backoffs.delete(keyOf(target, era));
    return result;
  }

  /** Closes the links of a server, all or those older than a revision, and forgets what has failed. */
  async drop(serverId: string, reason: string, before = Infinity): Promise<void> {
    this.choice.forget(serverId);
    for (const key of [...this.backoffs.keys()]) if (key.startsWith(serverId)) this.backoffs.delete(key);
    await this.dropStale(serverId, before, reason);
  }

  /** Closes the links older than a revision; newer ones stay, however late somebody hears of an older change. */
  async dropStale(serverId: string, before: number, reason: string): Promise<void> {
    const isStale = ({ target }: OpenableLink) => target.serverId === serverId && +target.revision < before;
    await this.closeWhere(isStale, reason);
  }

  links(serverId?: string): LinkInfo[] {
    const open = [...this.all].filter((link) => link.opened);
    return open.filter((link) => !serverId || link.target.serverId === serverId).map(infoOf);
  }

  /** Ends one link of a server; whoever needs it next opens another. False when there is none of this id. */
  async stop(serverId: string, linkId: string): Promise<boolean> {
    const isIt = (link: OpenableLink) => link.opened && link.id === linkId && link.target.serverId === serverId;
    const stands = [...this.all].some(isIt);
    await this.closeWhere(isIt, 'it was stopped by hand');
    return stands;
  }

  /** Closes shared links that nobody has used for so long; exclusive ones are their holders' affair. */
  async closeIdle(olderThanMs: number): Promise<void> {
    const limit = Date.now() - olderThanMs;
    const idle = (link: OpenableLink) => link.opened && !link.exclusive && !link.inflight && +link.lastUsedAt < limit;
    await this.closeWhere(idle, 'it was idle');
  }

  async closeAll(): Promise<void> {
    this.stopped = true;
    await this.closeWhere(() => true, 'the gateway is shutting down');
  }

  /** So that the operator hears at the start what this host cannot protect. */
  onApplicationBootstrap(): void {
    void this.opener.launcher();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.closeAll();
  }

  private tell(link: AnyLink, frame: Frame): void {
    for (const listener of this.listeners) listener(link, frame);
  }

  private sharedOf(target: UpstreamTarget, era: Era): Promise<Link> {
    const key = keyOf(target, era);
    const known = this.sharedLinks.get(key);
    if (known) return known;
    const forget = () => void (this.sharedLinks.get(key) === opening && this.sharedLinks.delete(key));
    const handlers = { onNotification: (frame: Frame, link: AnyLink) => this.tell(link, frame), onClose: forget };
    const opening = this.attempt({ target, era, handlers, onDoubt: () => void this.doubt(target) });
    this.sharedLinks.set(key, opening);
    opening.catch(forget);
    return opening;
  }

  private async tryModern(target: UpstreamTarget): Promise<void> {
    const link = await this.attempt(this.opener.trialOf(target));
    await link.close('the trial is over');
  }

  private async doubt(target: UpstreamTarget): Promise<void> {
    if (!(await this.choice.doubt(target))) return;
    const { serverId, revision } = target;
    const isOfOldEra = (link: OpenableLink) =>
      link.era === 'modern' && link.target.serverId === serverId && link.target.revision === revision;
    await this.closeWhere(isOfOldEra, 'the server does not speak its protocol any more');
  }

  private async attempt(opening: Opening): Promise<Link> {
    const { target, era, handlers } = opening;
    const key = keyOf(target, era);
    const backoff = this.backoffs.get(key) ?? new Backoff();
    const { reason } = backoff;
    if (reason) throw reason;
    const watched = { ...handlers, onClose: (error: UpstreamError) => this.onClose(link, error, handlers) };
    const link = await this.opener.prepare({ ...opening, handlers: watched });
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

  private onClose(link: OpenableLink, error: UpstreamError, handlers: LinkHandlers): void {
    this.all.delete(link);
    const key = keyOf(link.target, link.era);
    const backoff = this.backoffs.get(key) ?? new Backoff();
    const diedYoung = !link.dismissed && !link.hasAnswered && Date.now() - +link.openedAt < STILLBORN_MS;
    if (diedYoung) backoff.stillborn(error);
    if (diedYoung) this.backoffs.set(key, backoff);
    else this.backoffs.delete(key);
    handlers.onClose?.(error);
  }

  private async closeWhere(matches: (link: OpenableLink) => boolean, reason: string): Promise<void> {
    const links = [...this.all].filter(matches);
    for (const link of links) this.all.delete(link);
    await Promise.all(links.map((link) => link.close(reason)));
  }
}

function infoOf(link: OpenableLink): LinkInfo {
  const { id, era, exclusive, pid, openedAt, lastUsedAt, inflight, opener } = link;
  const { serverId, projectId, transport } = link.target;
  const { protocolVersion } = link.handshake;
  const kind = opener ? (opener.holder?.kind ?? 'session') : 'shared';
  const leases = opener ? (opener.holder?.leases ?? 1) : 0;
  const client = opener?.clientInfo;
  const whose = { id, serverId, projectId, exclusive, kind, leases, client } as const;
  return { ...whose, transport, era, pid, protocolVersion, openedAt, lastUsedAt, inflight };
}
