import type { UpstreamTarget } from './link.js';

/** The first start may have to download the program (`npx`, `uvx`), however short the calls' time-out is. */
const FIRST_START_MS = 30_000;

/** How long an upstream may take to say who it is. */
export function patienceFor({ transport, timeoutMs }: UpstreamTarget): number {
  return transport === 'stdio' ? Math.max(timeoutMs, FIRST_START_MS) : timeoutMs;
}
