const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** Whether a `Host` names this very machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Whether a browser's `Origin` is one of our own pages: PUBLIC_URL, or the loopback name under which this very request
 * was addressed (localhost and 127.0.0.1 are the same instance to a person). Another port is another program.
 */
export function isOwnOrigin(origin: string, host: string | undefined, publicUrl: URL): boolean {
  if (origin === publicUrl.origin) return true;
  return host !== undefined && isLoopback(host) && (origin === `http://${host}` || origin === `https://${host}`);
}
