/** Collects conditions of a `WHERE` and their values. */
export class Conditions {
  private readonly parts: string[] = [];

  /** Several conditions may share one list of values, for queries that are put together. */
  constructor(readonly values: unknown[] = []) {}

  /** Each `?` in the condition stands for the next of `values`. */
  add(condition: string, ...values: unknown[]): this {
    let next = 0;
    const placed = condition.replaceAll('?', () => `$${this.values.push(values[next++])}`);
    this.parts.push(placed);
    return this;
  }

  get sql(): string {
    return this.parts.length > 0 ? this.parts.join(' AND ') : 'true';
  }
}
