import { setTimeout as sleep } from 'node:timers/promises';
import {
  UpstreamError,
  type AnyLink,
  type Era,
  type Holder,
  type Link,
  type UpstreamPool,
} from '../../../servers/index.js';
import { ProtocolError, RpcCode } from '../../../shared/errors/index.js';
import { failure, type Frame, type RequestId } from '../../../shared/jsonrpc/index.js';
import type { ServerRecord } from '../../routing/sources.js';
import { canBeAsked, SESSION_VERSIONS } from '../../sessions/client-hello.js';
import type { LoneCaller } from '../../sessions/lone-caller.js';

/** A link that nobody has leased for so long is closed, ms. */
const IDLE_MS = 60_000;
const SWEEP_MS = 10_000;
/** More calls with a link of their own than any honest client has at once. */
const MOST_PER_KEY = 128;
/** Servers announce right after `initialized` what they offer to clients like this one, ms. */
const SETTLING_MS = 100;

/** Hears everything that is said on a leased link. */
export interface Tenant {
  onMessage(frame: Frame): void;
}

/** A link that carries one call at a time, so that what is asked or logged on it belongs to that call. */
export class Lease implements Holder {
  tenant: Tenant | undefined;
  logLevel: string | undefined;
  /** 0 while a call has it. */
  freeSince = 0;
  link!: Link;

  constructor(
    readonly key: string,
    readonly keyId: string,
    /** Of the client, as the upstream knows them. */
    readonly capabilities: LoneCaller['client']['capabilities'],
    /** Whether another call may have it after this one. */
    readonly kind: 'lease' | 'call',
    readonly serverId: string,
  ) {}

  get leases(): number {
    return this.freeSince === 0 ? 1 : 0;
  }

  heard(frame: Frame, link: AnyLink): void {
    if (this.tenant) return this.tenant.onMessage(frame);
    const message = 'Nobody is there who could be asked';
    if (frame.kind === 'request') {
      link.send(failure(frame.id as RequestId, { code: RpcCode.internal, message }));
    }
  }
}

/** Leases links to the calls of stateless clients that a server may ask something. */
export class Leases {
  private readonly all = new Set<Lease>();
  private readonly free = new Set<Lease>();
  private readonly timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  /** Gives up the call of the key that waits for its client for the longest; false when none waits. */
  giveUpOldest: (keyId: string) => boolean = () => false;

  constructor(private readonly pool: Pick<UpstreamPool, 'exclusive'>) {}

  /** One that a call of the same client has left, or a new one. @throws UpstreamError or ProtocolError */
  async take(server: ServerRecord, caller: LoneCaller, era: Era = 'legacy'): Promise<Lease> {
    const key = `${era} ${keyOf(server, caller)}`;
    const left = [...this.free].find((lease) => lease.key === key && !lease.link.closed);
    if (!left) return this.open(server, caller, { key, era });
    this.free.delete(left);
    left.freeSince = 0;
    return left;
  }

  /** The call is over and all is quiet. */
  giveBack(lease: Lease): void {
    lease.tenant = undefined;
    lease.freeSince = Date.now();
    if (lease.kind === 'lease' && this.all.has(lease) && !lease.link.closed) this.free.add(lease);
    else void this.close(lease, 'it was not needed any more');
  }

  /** The call ended otherwise: who knows what the server still says about it. */
  close(lease: Lease, reason: string): Promise<void> {
    lease.tenant = undefined;
    this.all.delete(lease);
    this.free.delete(lease);
    return lease.link.close(reason);
  }

  endWhere(mustEnd: (keyId: string) => boolean): void {
    for (const lease of [...this.free])
      if (mustEnd(lease.keyId)) void this.close(lease, 'the API key is not valid any more');
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async open(
    server: ServerRecord,
    { client, caller }: LoneCaller,
    { key, era }: { readonly key: string; readonly era: Era },
  ): Promise<Lease> {
    const { keyId } = caller.principal;
    this.makeRoom(keyId);
    const kind = server.pool === 'call' ? 'call' : 'lease';
    const lease = new Lease(key, keyId, client.capabilities, kind, server.id);
    this.all.add(lease);
    try {
      lease.link = await this.connectWithRoom(server, client, lease, era);
    } catch (error) {
      this.all.delete(lease);
      throw error;
    }
    return lease;
  }

  /** What nobody uses goes first, then what nobody has come back to for the longest. @throws ProtocolError */
  private makeRoom(keyId: string): void {
    const held = [...this.all].filter((lease) => lease.keyId === keyId);
    if (held.length < MOST_PER_KEY) return;
    const unused = held.find((lease) => this.free.has(lease));
    if (unused) return void this.close(unused, 'another was needed');
    if (this.giveUpOldest(keyId)) return;
    const message = `This API key has ${held.length} calls running that need a connection of their own. Wait for some to end.`;
    throw new ProtocolError(RpcCode.busy, message, { kind: 'too_many_connections', executed: 'no' });
  }

  /** Where the server has too many links, one that only waits for its client's next call gives way. */
  private async connectWithRoom(...parts: Parameters<Leases['connect']>): Promise<Link> {
    try {
      return await this.connect(...parts);
    } catch (error) {
      const isFull = error instanceof UpstreamError && error.code === 'TOO_MANY_CONNECTIONS';
      const [{ id }] = parts;
      const unused = isFull ? [...this.free].find(({ serverId, link }) => serverId === id && !link.closed) : undefined;
      if (!unused) throw error;
      await this.close(unused, 'another was needed');
      return this.connect(...parts);
    }
  }

  private async connect(server: ServerRecord, client: LoneCaller['client'], lease: Lease, era: Era): Promise<Link> {
    const { capabilities, clientInfo = { name: 'unknown', version: '' } } = client;
    const opener = { capabilities, clientInfo, protocolVersion: SESSION_VERSIONS[0] as string, holder: lease };
    const heard = (frame: Frame, link: AnyLink) => lease.heard(frame, link);
    const link = await this.pool.exclusive(server.target(), opener, { onNotification: heard, onRequest: heard }, era);
    if (era === 'legacy' && canBeAsked(client) && link.handshake.capabilities.tools) await sleep(SETTLING_MS);
    return link;
  }

  private sweep(): void {
    const since = Date.now() - IDLE_MS;
    for (const lease of [...this.free]) if (lease.freeSince < since) void this.close(lease, 'it was idle');
  }
}

/** Calls share links only with others of the same key and the same client, at the same registration. */
function keyOf(server: ServerRecord, { client, caller }: LoneCaller): string {
  const { capabilities, clientInfo } = client;
  return JSON.stringify([caller.principal.keyId, server.id, server.revision, capabilities, clientInfo ?? null]);
}
