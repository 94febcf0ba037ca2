import type { Budget } from '../../../shared/budget.js';
import { UpstreamError } from '../upstream-error.js';

/** Shorter answers are not counted: they are what every call has. */
const SMALL = 65_536;

/**
 * What one answer that is still arriving takes of the memory for all of them: a server must not fill with many at once what
 * all projects share (Security S22).
 */
export class HeldBytes {
  private counted = 0;

  constructor(
    private readonly budget: Budget,
    private readonly projectId: string,
  ) {}

  /** @param bytes all that is held now. @throws UpstreamError `UPSTREAM_BUSY` when it is too much. */
  set(bytes: number): void {
    const next = bytes > SMALL ? bytes : 0;
    const more = next - this.counted;
    if (more > 0 && !this.budget.take(this.projectId, more)) throw tooMuchAtOnce();
    if (more < 0) this.budget.giveBack(this.projectId, -more);
    this.counted = next;
  }
}

function tooMuchAtOnce(): UpstreamError {
  const message = 'Too many large answers are arriving at once. Wait until some of them are there, then try again.';
  return new UpstreamError('UPSTREAM_BUSY', message, 'unknown');
}
