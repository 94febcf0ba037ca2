import { InFlight } from '../../shared/in-flight.js';

/** Something that must do a little from time to time: keep a connection alive. */
export interface Beating {
  beat(now: number): void;
}

const EVERY_MS = 5000;

/** One timer for all open answers and streams. */
export class Pulse {
  private readonly beating = new InFlight<Beating, Beating>();
  private readonly timer = setInterval(() => this.beat(), EVERY_MS).unref();

  add(one: Beating): void {
    this.beating.set(one, one);
  }

  delete(one: Beating): void {
    this.beating.delete(one);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const now = Date.now();
    for (const one of this.beating.values()) one.beat(now);
  }
}
