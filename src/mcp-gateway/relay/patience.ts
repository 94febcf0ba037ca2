/** The time-out of a call whose server may ask the client something: while a person thinks, it does not run out. */
export class Patience {
  private timer: NodeJS.Timeout;

  constructor(
    private readonly timeoutMs: number,
    private readonly isAsked: () => boolean,
    private readonly giveUp: () => void,
  ) {
    this.timer = setTimeout(() => this.expire(), timeoutMs);
  }

  /** There was a sign of life. */
  restart(): void {
    this.timer.refresh();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private expire(): void {
    if (this.isAsked()) this.timer = setTimeout(() => this.expire(), this.timeoutMs);
    else this.giveUp();
  }
}
