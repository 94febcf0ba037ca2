import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../sessions/caller.js';
import type { GatewayPath } from './gateway-path.js';

/** One authenticated HTTP request at an endpoint that its key may use. */
export interface Visit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly path: GatewayPath;
  readonly caller: Caller;
}
