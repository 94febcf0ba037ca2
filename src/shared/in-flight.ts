/**
 * What comes and goes with every call, by key; a Map but for two things. V8 lets a Map's outgrown table point to its
 * successor, so that one old table in the old generation keeps alive what was in any later one until the next full
 * collection; here an entry that leaves is forgotten at once. And keys are searched from the latest on, which is
 * cheaper than hashing up to some hundred entries, and bearable with ten thousand.
 */
export class InFlight<Key, Value> {
  private readonly keyList: (Key | undefined)[] = [];
  private readonly valueList: (Value | undefined)[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  has(key: Key): boolean {
    return this.find(key) !== -1;
  }

  get(key: Key): Value | undefined {
    const at = this.find(key);
    return at === -1 ? undefined : this.valueList[at];
  }

  set(key: Key, value: Value): void {
    const known = this.find(key);
    const at = known === -1 ? this.count++ : known;
    this.keyList[at] = key;
    this.valueList[at] = value;
  }

  /** The last entry takes the place of the one that leaves. */
  delete(key: Key): boolean {
    const at = this.find(key);
    if (at === -1) return false;
    const last = --this.count;
    this.keyList[at] = this.keyList[last];
    this.valueList[at] = this.valueList[last];
    this.keyList[last] = undefined;
    this.valueList[last] = undefined;
    return true;
  }

  /** As they are now, in no particular order: entries may leave while somebody walks the list. */
  keys(): Key[] {
    return this.keyList.slice(0, this.count) as Key[];
  }

  values(): Value[] {
    return this.valueList.slice(0, this.count) as Value[];
  }

  private find(key: Key): number {
    let at = this.count - 1;
    while (at >= 0 && this.keyList[at] !== key) at--;
    return at;
  }
}
