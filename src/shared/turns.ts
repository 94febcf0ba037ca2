/** About a millisecond's work. */
const PER_TURN = 2 ** 18;

interface Source {
  pause(): unknown;
  resume(): unknown;
}

/** Lets others have their turn while a stream brings much: it would otherwise be read until it has no more. */
export class Turns {
  private left = PER_TURN;

  constructor(private readonly source: Source) {}

  count({ length }: Buffer): void {
    this.left -= length;
    if (this.left > 0) return;
    this.left = PER_TURN;
    this.source.pause();
    setImmediate(() => this.source.resume());
  }
}
