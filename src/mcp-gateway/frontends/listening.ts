import type { ServerResponse } from 'node:http';
import type { Session } from '../sessions/session.js';
import type { EventStream } from './event-stream.js';
import { refusals, refuse } from './refuse.js';
import { openStream, type StreamKeepers } from './session-stream.js';
import type { Visit } from './visit.js';

/**
 * GET: opens the session's own stream, or goes on with whichever one was cut (2025-11-25 `basic/transports`, listening
 * for messages, resumability and redelivery).
 */
export function listen({ req, res }: Visit, session: Session, keepers: StreamKeepers): void {
  const { streams } = session;
  const lastEventId = req.headers['last-event-id'];
  if (typeof lastEventId === 'string' && lastEventId !== '') return resume(res, session, lastEventId, keepers);
  if (streams.listening) return refuse(res, refusals.secondStream);
  const connection = connect(res, session, keepers, (closed) => streams.lost(closed));
  if (connection) streams.attach(connection);
}

/** What a lost connection has left open on our side gives way: the client knows better that it is lost. */
function resume(res: ServerResponse, session: Session, lastEventId: string, keepers: StreamKeepers): void {
  const { streams } = session;
  const point = streams.find(lastEventId);
  if (!point) return refuse(res, refusals.eventsGone);
  const { stream, after } = point;
  // An empty stream would make clients come back for ever; this answer ends that (HTML, server-sent events, § 9.2.3).
  if (stream.endsWith(after)) return void res.writeHead(204).end();
  const connection = connect(res, session, keepers, (closed) => stream.lost(closed));
  if (connection) streams.resume(connection, point);
}

function connect(
  res: ServerResponse,
  session: Session,
  keepers: StreamKeepers,
  onLost: (connection: EventStream) => void,
): EventStream | undefined {
  const connection = openStream(session.opener, res, keepers, (closed) => {
    onLost(closed);
    session.lastActiveAt = Date.now();
  });
  if (!connection) refuse(res, refusals.tooManyStreams);
  return connection;
}
