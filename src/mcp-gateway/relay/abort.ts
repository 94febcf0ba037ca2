import type { Cancellation } from '../../servers/index.js';

/** An AbortSignal for one listener; the real one costs as much as a good part of the whole call. */
export class Abort implements Cancellation {
  private listener: (() => void) | undefined;
  private isAborted = false;

  get aborted(): boolean {
    return this.isAborted;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listener = listener;
  }

  removeEventListener(): void {
    this.listener = undefined;
  }

  abort(): void {
    this.isAborted = true;
    this.listener?.();
  }
}
