import type { Events } from '../../shared/events/index.js';
import { ProtocolError, RpcCode } from '../../shared/errors/index.js';
import type { Caller } from './caller.js';
import { canBeAsked, type ClientHello } from './client-hello.js';
import { EventMemory } from './event-memory.js';
import { Session } from './session.js';

/** More than any honest client holds; beyond it the key is told so instead of filling the memory. */
const MOST_PER_KEY = 4000;

/** `mcp-remote` opens one to see which transport works, and throws it away. */
const TEST_CLIENT = 'mcp-remote-fallback-test';

/** The open sessions of this replica. */
export class Sessions {
  private readonly byId = new Map<string, Session>();
  private readonly perKey = new Map<string, number>();
  private readonly memory = new EventMemory();

  constructor(private readonly events: Pick<Events, 'emit' | 'afterKept'>) {}

  get size(): number {
    return this.byId.size;
  }

  all(): Iterable<Session> {
    return this.byId.values();
  }

  /** @throws ProtocolError when the key has too many. */
  open(caller: Caller): Session {
    const { keyId } = caller.principal;
    const held = this.perKey.get(keyId) ?? 0;
    if (held >= MOST_PER_KEY) {
      const message = `This API key has ${held} open sessions. Close some (DELETE), or use another key.`;
      throw new ProtocolError(RpcCode.busy, message, { kind: 'too_many_sessions', executed: 'no' });
    }
    const session = new Session(caller, this.memory);
    this.byId.set(session.id, session);
    this.perKey.set(keyId, held + 1);
    return session;
  }

  /** Someone else's session is as unknown as one that never was. */
  find(id: string, caller: Caller): Session | undefined {
    const session = this.byId.get(id);
    return session?.belongsTo(caller) ? session : undefined;
  }

  /** The client has introduced itself, unless it is gone meanwhile. */
  greet(session: Session, client: ClientHello): void {
    if (!this.byId.has(session.id)) return;
    const { opener } = session;
    session.client = client;
    session.exclusive = canBeAsked(client);
    if (client.clientInfo.name === TEST_CLIENT) return;
    this.events.emit('session.started', {
      id: session.logId,
      at: new Date(),
      projectId: opener.endpoint.projectId,
      serverId: opener.endpoint.serverId,
      endpoint: opener.endpoint.label,
      transport: opener.transport,
      protocolVersion: client.protocolVersion,
      clientName: client.clientInfo.name,
      clientVersion: client.clientInfo.version,
      apiKeyId: opener.principal.apiKeyId,
      ip: opener.ip,
      userAgent: opener.userAgent,
    });
  }

  /** Calls in flight are cancelled, streams and links closed. */
  end(session: Session, reason: string): void {
    if (!this.byId.delete(session.id)) return;
    const { keyId } = session.opener.principal;
    const left = (this.perKey.get(keyId) ?? 1) - 1;
    if (left > 0) this.perKey.set(keyId, left);
    else this.perKey.delete(keyId);
    session.close(reason);
    const started = session.client && session.client.clientInfo.name !== TEST_CLIENT;
    if (started) this.events.emit('session.ended', { sessionId: session.logId, at: new Date() });
  }

  /** Ends what nobody has used for so long, and forgets what nobody has come back for. */
  sweep(idleMs: number): void {
    const since = Date.now() - idleMs;
    for (const session of this.byId.values()) {
      session.streams.sweep();
      if (!session.isBusy && session.lastActiveAt < since) this.end(session, 'The session was idle');
    }
  }
}
