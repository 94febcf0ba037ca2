import type { ServerResponse } from 'node:http';
import type { Session } from '../sessions/session.js';
import { EventStream } from './event-stream.js';
import type { OpenStreams } from './open-streams.js';
import type { Pulse } from './pulse.js';

/** What all streams of a frontend share. */
export interface StreamKeepers {
  readonly pulse: Pulse;
  readonly streams: OpenStreams;
}

/** Opens the session's own stream; `undefined` when its key holds too many. */
export function openStream(
  session: Session,
  res: ServerResponse,
  { pulse, streams }: StreamKeepers,
  onClosed: () => void = () => undefined,
): EventStream | undefined {
  if (!streams.opened(session.opener)) return undefined;
  const stream = new EventStream(res);
  pulse.add(stream);
  res.on('close', () => {
    pulse.delete(stream);
    streams.closed(session.opener);
    session.detach(stream);
    onClosed();
  });
  return stream;
}
