import { UpstreamError } from './upstream-error.js';

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
const STILLBIRTHS = 3;

/** Keeps failing attempts apart, 1 s to 60 s: whoever asks in between gets the last error at once. */
export class Backoff {
  private waitMs = FIRST_MS;
  private until = 0;
  private stillbirths = 0;
  private last: UpstreamError | undefined;

  /** Why there should be no attempt now; nothing was asked of the server, so that whoever hears it may ask again. */
  get reason(): UpstreamError | undefined {
    const leftMs = this.until - performance.now();
    if (leftMs <= 0 || !this.last) return undefined;
    const { code, message, details } = this.last;
    if (code !== 'UPSTREAM_CLOSED') return new UpstreamError(code, message, 'no', details);
    const again = `${message} It is tried again in ${Math.ceil(leftMs / 1000)} s.`;
    return new UpstreamError('UPSTREAM_UNAVAILABLE', again, 'no', details);
  }

  /** Some links in a row ended right after they had been opened; the first ones may have met a call that kills. */
  stillborn(error: UpstreamError): void {
    if (++this.stillbirths >= STILLBIRTHS) this.failed(error);
  }

  failed(error: UpstreamError): void {
    this.last = error;
    this.until = performance.now() + this.waitMs;
    this.waitMs = Math.min(2 * this.waitMs, LONGEST_MS);
  }
}
