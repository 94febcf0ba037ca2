import type { Config } from '../../shared/config/index.js';
import type { Events } from '../../shared/events/index.js';
import { AddressGuard } from './http/address-guard.js';
import { HttpWire } from './http/http-wire.js';
import { HttpOrigin } from './http/origin.js';
import { SseWire } from './http/sse-wire.js';
import type { LinkHandlers, Opener, UpstreamTarget } from './link.js';
import { McpLink } from './mcp-link.js';
import { isolates, strongestLauncher, type Launcher } from './stdio/isolation.js';
import { StdioWire } from './stdio/stdio-wire.js';
import { UpstreamLog } from './upstream-log.js';
import type { Wire } from './wire.js';

/** What opening a link needs besides its target. */
export interface Opening {
  readonly target: UpstreamTarget;
  readonly handlers: LinkHandlers;
  readonly opener?: Opener;
  readonly log?: UpstreamLog;
}

/** Opens links; the one place that knows which transport and which protocol era a target needs. */
export class LinkOpener {
  readonly guard: AddressGuard;
  private launcher: Promise<Launcher> | undefined;

  constructor(
    private readonly config: Config,
    private readonly events: Events,
    private readonly warn: (message: string) => void,
  ) {
    this.guard = new AddressGuard(config.upstreamAllowedNetworks);
  }

  logOf(target: UpstreamTarget): UpstreamLog {
    return new UpstreamLog(this.events, target);
  }

  /** A link that is still to be opened, so that it can be closed meanwhile. @throws UpstreamError */
  async prepare({ target, handlers, opener, log = this.logOf(target) }: Opening): Promise<McpLink> {
    const wire = await this.wireFor(target, log);
    return new McpLink({ target, wire, log, handlers, opener });
  }

  private async wireFor(target: UpstreamTarget, log: UpstreamLog): Promise<Wire> {
    const { maxMessageBytes } = this.config;
    if (target.transport === 'stdio') {
      this.launcher ??= this.findLauncher();
      return new StdioWire(target, { launcher: await this.launcher, maxMessageBytes, log });
    }
    const origin = new HttpOrigin(target, this.guard, maxMessageBytes);
    return target.transport === 'sse' ? new SseWire(origin) : new HttpWire(origin);
  }

  private async findLauncher(): Promise<Launcher> {
    const launcher = await strongestLauncher(this.config.dataDir);
    if (!isolates(launcher)) this.warn('This kernel gives us no namespaces: stdio servers run without isolation.');
    return launcher;
  }
}
