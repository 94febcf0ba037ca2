import type { ServerResponse } from 'node:http';
import type { Opener } from '../sessions/caller.js';
import { EventStream } from './event-stream.js';
import type { OpenStreams } from './open-streams.js';
import type { Pulse } from './pulse.js';

/** What all streams of a frontend share. */
export interface StreamKeepers {
  readonly pulse: Pulse;
  readonly streams: OpenStreams;
}

/** Opens a stream that is no answer of a POST; `undefined` when its key holds too many. */
export function openStream(
  opener: Opener,
  res: ServerResponse,
  { pulse, streams }: StreamKeepers,
  onClosed: (stream: EventStream) => void,
): EventStream | undefined {
  if (!streams.opened(opener)) return undefined;
  const stream = new EventStream(res);
  pulse.add(stream);
  res.on('close', () => {
    pulse.delete(stream);
    streams.closed(opener);
    onClosed(stream);
  });
  return stream;
}
