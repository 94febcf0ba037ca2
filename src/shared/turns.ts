/** About a millisecond's work. */
const PER_TURN = 2 ** 18;
/** After so many turns, with no longer pause (ms) than this between them, there is more to come: others go first. */
const PATIENT_TURNS = 64;
const PAUSE_MS = 100;
const WAIT_MS = 1;

interface Source {
  pause(): unknown;
  resume(): unknown;
}

/** Lets others have their turn while a stream brings much: it would otherwise be read until it has no more. */
export class Turns {
  private left = PER_TURN;
  private run = 0;
  private lastAt = 0;

  constructor(private readonly source: Source) {}

  count({ length }: Buffer): void {
    this.left -= length;
    if (this.left > 0) return;
    this.left = PER_TURN;
    this.source.pause();
    const now = performance.now();
    this.run = now - this.lastAt > PAUSE_MS ? 0 : this.run + 1;
    this.lastAt = now;
    afterOthers(this.run, () => this.source.resume());
  }
}

/** @param run how many turns there have been already. */
export function afterOthers(run: number, next: () => void): void {
  if (run < PATIENT_TURNS) setImmediate(next);
  else setTimeout(next, WAIT_MS);
}
