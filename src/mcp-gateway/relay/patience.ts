/** After so many time-outs a call ends in spite of all signs of life. */
const MOST_TIMEOUTS = 10;

/** The time-out of a call whose server may ask the client something: while a person thinks, it does not run out. */
export class Patience {
  private timer: NodeJS.Timeout;
  private readonly hardTimer: NodeJS.Timeout;
  private spent = 0;

  constructor(
    private readonly timeoutMs: number,
    private readonly isAsked: () => boolean,
    private readonly giveUp: (limitMs: number) => void,
  ) {
    this.timer = setTimeout(() => this.expire(), timeoutMs);
    this.hardTimer = setInterval(() => this.count(), timeoutMs);
  }

  /** There was a sign of life. */
  restart(): void {
    this.timer.refresh();
  }

  stop(): void {
    clearTimeout(this.timer);
    clearInterval(this.hardTimer);
  }

  private expire(): void {
    if (this.isAsked()) this.timer = setTimeout(() => this.expire(), this.timeoutMs);
    else this.giveUp(this.timeoutMs);
  }

  private count(): void {
    if (!this.isAsked() && ++this.spent >= MOST_TIMEOUTS) this.giveUp(MOST_TIMEOUTS * this.timeoutMs);
  }
}
