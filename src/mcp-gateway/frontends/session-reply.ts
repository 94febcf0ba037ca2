import type { ServerResponse } from 'node:http';
import type { ClientStream } from '../sessions/reply.js';
import type { Session } from '../sessions/session.js';
import type { EventStream } from './event-stream.js';
import { HttpReply } from './http-reply.js';
import type { Pulse } from './pulse.js';

/** The answer of one POST of a session: once it is a stream of events, it goes on when its connection is lost. */
export class SessionReply extends HttpReply {
  private isResumable = false;

  constructor(
    res: ServerResponse,
    pulse: Pulse,
    private readonly session: Session,
  ) {
    super(res, pulse);
  }

  override get isReachable(): boolean {
    return this.isResumable || super.isReachable;
  }

  protected override streamOn(connection: EventStream): ClientStream {
    const stream = this.session.streams.open();
    if (!stream) return connection;
    this.res.on('close', () => stream.lost(connection));
    stream.carryOn(connection, 0);
    this.isResumable = true;
    return stream;
  }
}
