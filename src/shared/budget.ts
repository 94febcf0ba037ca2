/** How much one owner, and all of them together, may hold at once: bytes, or things of one kind. */
export class Budget {
  private readonly held = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly mostEach: number,
    private readonly most: number,
  ) {}

  /** False, and nothing is taken, when it would be too much. */
  take(owner: string, amount: number): boolean {
    const sum = (this.held.get(owner) ?? 0) + amount;
    if (sum > this.mostEach || this.total + amount > this.most) return false;
    this.held.set(owner, sum);
    this.total += amount;
    return true;
  }

  giveBack(owner: string, amount: number): void {
    const rest = (this.held.get(owner) ?? 0) - amount;
    if (rest > 0) this.held.set(owner, rest);
    else this.held.delete(owner);
    this.total -= amount;
  }
}
