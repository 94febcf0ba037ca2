/** Runs a job once its subject has been quiet for a while. */
export class Debounce {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly quietMs: number) {}

  run(subject: string, job: () => void): void {
    clearTimeout(this.timers.get(subject));
    const timer = setTimeout(() => {
      this.timers.delete(subject);
      job();
    }, this.quietMs);
    this.timers.set(subject, timer.unref());
  }

  /** Forgets what was to be run. */
  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}
