import { UpstreamError } from './upstream-error.js';

const MOST_BYTES = 16 * 2 ** 20;
const MOST_ENTRIES = 5000;

/** How much one upstream may list, of everything together: what it lists is stored, and sent to every client. */
export class CatalogueBudget {
  private bytes = 0;
  private entries = 0;

  /** @throws UpstreamError */
  spendBytes(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > MOST_BYTES) throw tooMuch(`more than ${MOST_BYTES / 2 ** 20} MB of tools, prompts and resources`);
  }

  /** @throws UpstreamError */
  spendEntries(entries: number): void {
    this.entries += entries;
    if (this.entries > MOST_ENTRIES) throw tooMuch(`more than ${MOST_ENTRIES} tools, prompts and resources`);
  }
}

function tooMuch(what: string): UpstreamError {
  return new UpstreamError('UPSTREAM_PROTOCOL', `The server lists ${what}. Let it offer less, or split it.`);
}
