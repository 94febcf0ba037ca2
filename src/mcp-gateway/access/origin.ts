import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
const LOOPBACK_ORIGIN = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** Whether a `Host` names this very machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * A web page must not reach the gateway under a name of its own (DNS rebinding, MCP `transports` security warning): the
 * host must be ours or loopback, and so must the origin where a browser tells one.
 */
export function isFromHere({ headers }: IncomingMessage, publicUrl: URL): boolean {
  const { host, origin } = headers;
  if (host === undefined || (host !== publicUrl.host && !isLoopback(host))) return false;
  return origin === undefined || origin === publicUrl.origin || LOOPBACK_ORIGIN.test(origin);
}
