import type { IncomingMessage } from 'node:http';
import { isLoopback, isOwnOrigin } from '../../shared/http/index.js';

/**
 * A web page must not reach the gateway under a name of its own (DNS rebinding, MCP `transports` security warning): the
 * host must be ours or loopback, and the origin, where a browser tells one, a page of ours.
 */
export function isFromHere({ headers }: IncomingMessage, publicUrl: URL): boolean {
  const { host, origin } = headers;
  if (host === undefined || (host !== publicUrl.host && !isLoopback(host))) return false;
  return origin === undefined || isOwnOrigin(origin, host, publicUrl);
}
