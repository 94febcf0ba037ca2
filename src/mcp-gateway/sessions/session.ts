import { randomBytes } from 'node:crypto';
import { InFlight } from '../../shared/in-flight.js';
import type { RequestId } from '../../shared/jsonrpc/index.js';
import { timeId } from '../../shared/time-id.js';
import { openerOf, type Caller, type Opener } from './caller.js';
import type { ClientHello } from './client-hello.js';
import type { Call, Conversation } from './conversation.js';
import type { EventMemory } from './event-memory.js';
import type { OwnLink } from './own-link.js';
import { Questions } from './questions.js';
import { SessionStreams } from './session-streams.js';

/** One MCP client's conversation with one endpoint, over whichever transport. */
export class Session implements Conversation {
  readonly opener: Opener;
  /** The client's handle; 192 random bits, told to nobody else. */
  readonly id = randomBytes(24).toString('base64url');
  /** As the logs name the session. */
  readonly logId = timeId();
  readonly calls = new InFlight<RequestId, Call>();
  readonly questions = new Questions();
  readonly streams: SessionStreams;
  /** By the server's id. */
  readonly ownLinks = new Map<string, OwnLink>();
  /** Undefined until `initialize`. */
  client: ClientHello | undefined;
  /** Once true, the session's links are its own: it can be asked, or holds state at the upstream. */
  exclusive = false;
  logLevel: string | undefined;
  lastActiveAt = Date.now();
  /** What ends the subscriptions at upstreams of the stateless protocol, by server and URI. */
  watches: Map<string, () => void> | undefined;

  constructor(caller: Caller, memory: EventMemory) {
    this.opener = openerOf(caller);
    this.streams = new SessionStreams(this, memory);
  }

  get isBusy(): boolean {
    return this.calls.size > 0 || this.streams.listening !== undefined;
  }

  /** Whether this caller may speak for the session: same key, same endpoint. */
  belongsTo({ principal, endpoint, transport }: Caller): boolean {
    const { opener } = this;
    if (principal.keyId !== opener.principal.keyId || transport !== opener.transport) return false;
    return endpoint.projectId === opener.endpoint.projectId && endpoint.serverId === opener.endpoint.serverId;
  }

  over(id: RequestId, call: Call): void {
    if (this.calls.get(id) === call) this.calls.delete(id);
    this.lastActiveAt = Date.now();
  }

  close(reason: string): void {
    for (const call of this.calls.values()) call.cancel();
    for (const own of this.ownLinks.values()) own.close(reason);
    this.ownLinks.clear();
    for (const stop of this.watches?.values() ?? []) stop();
    this.watches = undefined;
    this.streams.close();
  }
}
