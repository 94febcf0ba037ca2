import { Budget } from '../../shared/budget.js';
import { programEnvironment, type Config } from '../../shared/config/index.js';
import { Events } from '../../shared/events/index.js';
import { ConnectionSlots } from './connection-slots.js';
import { AddressGuard } from './http/address-guard.js';
import { HttpWire } from './http/http-wire.js';
import { HttpOrigin } from './http/origin.js';
import { SseWire } from './http/sse-wire.js';
import { StatelessWire } from './http/stateless-wire.js';
import { StatefulLink } from './legacy-link.js';
import type { Era, LinkHandlers, Opener, UpstreamTarget } from './link.js';
import { StatelessLink } from './modern/modern-link.js';
import { strongestLauncher, type Launcher } from './stdio/isolation.js';
import { protectionsOf } from './stdio/protections.js';
import { StdioWire } from './stdio/stdio-wire.js';
import { UpstreamLog } from './upstream-log.js';

/** How long an upstream may take to show that it speaks 2026-07-28, when nobody knows. */
const TRIAL_MS = 10_000;

/** So many of the longest answers may be held while they arrive over HTTP. */
const MOST_OF_ONE_PROJECT = 4;
const MOST = 10;

export type OpenableLink = StatefulLink | StatelessLink;

/** What opening a link needs besides its target. */
export interface Opening {
  readonly target: UpstreamTarget;
  readonly era: Era;
  readonly handlers: LinkHandlers;
  readonly opener?: Opener | undefined;
  readonly log?: UpstreamLog | undefined;
  readonly onDoubt?: (() => void) | undefined;
  readonly patienceMs?: number;
}

type StdioParts = Pick<Opening, 'target'> & { readonly log: UpstreamLog; readonly onGone: (() => void) | undefined };

/** Opens links; the one place that knows which transport and which protocol era a target needs. */
export class LinkOpener {
  readonly guard: AddressGuard;
  private readonly slots = new ConnectionSlots();
  private readonly answers: Budget;
  private found: Promise<Launcher> | undefined;

  constructor(
    private readonly config: Config,
    private readonly events: Events,
    private readonly warn: (message: string) => void,
  ) {
    this.guard = new AddressGuard(config.upstreamAllowedNetworks);
    const { maxMessageBytes } = config;
    this.answers = new Budget(MOST_OF_ONE_PROJECT * maxMessageBytes, MOST * maxMessageBytes);
  }

  logOf(target: UpstreamTarget): UpstreamLog {
    return new UpstreamLog(this.events, target);
  }

  /** A link that is still to be opened, so that it can be closed meanwhile. @throws UpstreamError */
  async prepare({ era, log, ...opening }: Opening): Promise<OpenableLink> {
    const { target } = opening;
    const parts = { ...opening, log: log ?? this.logOf(target) };
    if (target.transport === 'stdio') {
      const wire = await this.stdioWire({ ...parts, onGone: this.slotOf(opening) });
      return era === 'modern' ? new StatelessLink({ ...parts, wire }) : new StatefulLink({ ...parts, wire });
    }
    const origin = new HttpOrigin(target, this.guard, this.config.maxMessageBytes, this.answers);
    const onGone = this.slotOf(opening);
    if (era === 'modern') return new StatelessLink({ ...parts, onGone, wire: new StatelessWire(origin) });
    return new StatefulLink({
      ...parts,
      onGone,
      wire: target.transport === 'sse' ? new SseWire(origin) : new HttpWire(origin),
    });
  }

  /**
   * A link by which to see whether the upstream speaks 2026-07-28; of a program it is a disposable sibling, because some
   * programs do not survive a first message that is not `initialize`. Nobody hears its log.
   */
  trialOf(target: UpstreamTarget): Opening {
    const log = new UpstreamLog(new Events(), target);
    return { target, era: 'modern', handlers: {}, log, patienceMs: TRIAL_MS };
  }

  /** How this host lets us start programs; found once, and what is missing is said then. */
  launcher(): Promise<Launcher> {
    return (this.found ??= this.findLauncher());
  }

  /** A link for one client alone takes its slot before it is opened: a refusal says nothing about the upstream. */
  private slotOf({ target, opener }: Pick<Opening, 'target' | 'opener'>): (() => void) | undefined {
    return opener && this.slots.take(target, opener.holder?.keyId);
  }

  /** The slot of a program is free when its process has ended. */
  private async stdioWire({ target, log, onGone }: StdioParts): Promise<StdioWire> {
    const { maxMessageBytes } = this.config;
    const launcher = await this.launcher();
    return new StdioWire(target, { launcher, maxMessageBytes, log, onGone });
  }

  private async findLauncher(): Promise<Launcher> {
    const launcher = await strongestLauncher(protectionsOf(this.config), programEnvironment().PATH ?? '');
    const { isolates, unprotected } = launcher;
    if (!isolates) this.warn('This kernel gives us no namespaces: stdio servers run without isolation.');
    if (unprotected.length > 0) {
      this.warn(`This kernel does not let us protect ${unprotected.join(', ')} from stdio servers.`);
    }
    if (process.getuid?.() === 0) {
      this.warn('Stdio servers run with uid 0 of this host, as the gateway does. Start it as another user.');
    }
    return launcher;
  }
}
