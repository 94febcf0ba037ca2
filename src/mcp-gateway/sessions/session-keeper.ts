import { notification } from '../../shared/jsonrpc/index.js';
import type { Admission } from '../access/admission.js';
import { changedLists } from '../routing/changed-lists.js';
import { sameEndpoint, type ProjectRoutes } from '../routing/endpoint.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';

/** How often expired keys and idle sessions are looked for, ms. */
const KEYS_EVERY_MS = 500;
const IDLE_EVERY_MS = 30_000;

/** What runs outside of sessions. */
export interface Stateless {
  endUnauthorized(admission: Pick<Admission, 'holds' | 'isUsable'>): void;
  routesChanged(before: ProjectRoutes | undefined, after: ProjectRoutes | undefined): void;
}

/** Ends the sessions that may not go on, and tells the others what has changed for them. */
export class SessionKeeper {
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly sessions: Sessions,
    private readonly admission: Pick<Admission, 'holds' | 'isUsable'>,
    private readonly idleMs: number,
    private readonly stateless: Stateless,
  ) {}

  start(): void {
    this.timers.push(
      setInterval(() => this.endUnauthorized(), KEYS_EVERY_MS).unref(),
      setInterval(() => this.sessions.sweep(this.idleMs), IDLE_EVERY_MS).unref(),
    );
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** After a key was revoked, and from time to time because keys expire. */
  endUnauthorized(): void {
    for (const session of this.sessions.all()) {
      if (!this.admission.holds(session.opener)) this.sessions.end(session, 'the API key is not valid any more');
    }
    this.stateless.endUnauthorized(this.admission);
  }

  routesChanged(before: ProjectRoutes | undefined, after: ProjectRoutes | undefined): void {
    const projectId = before?.id ?? after?.id;
    for (const session of this.sessions.all()) {
      if (session.opener.endpoint.projectId === projectId) this.follow(session, before, after);
    }
    this.stateless.routesChanged(before, after);
  }

  private follow(session: Session, before: ProjectRoutes | undefined, after: ProjectRoutes | undefined): void {
    const endpoint = sameEndpoint(session.opener.endpoint, after);
    if (!endpoint?.enabled) return this.sessions.end(session, 'the endpoint was switched off');
    const known = sameEndpoint(session.opener.endpoint, before);
    if (!known || !session.client) return;
    for (const list of changedLists(known, endpoint))
      session.streams.tell(notification(`notifications/${list}/list_changed`));
  }
}
