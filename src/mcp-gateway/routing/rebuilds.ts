/**
 * Runs one rebuild after another. Whoever asks while one waits to begin shares it, because it will read the state of
 * then; whoever asks while one runs gets the next, because that one may have read too early.
 */
export class Rebuilds {
  private readonly waiting = new Map<string | null, Promise<void>>();
  private last: Promise<unknown> = Promise.resolve();

  /** @param rebuild one project, or all of them for `null`. */
  constructor(private readonly rebuild: (projectId: string | null) => Promise<void>) {}

  ask(projectId: string | null): Promise<void> {
    const waiting = this.waiting.get(projectId);
    if (waiting) return waiting;
    const run = this.last.then(() => {
      this.waiting.delete(projectId);
      return this.rebuild(projectId);
    });
    this.waiting.set(projectId, run);
    this.last = run.catch(() => undefined);
    return run;
  }
}
