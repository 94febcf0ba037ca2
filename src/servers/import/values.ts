export type Members = Record<string, unknown>;

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of these members that is there. */
export function firstOf(members: Members, names: readonly string[]): unknown {
  const name = names.find((candidate) => members[candidate] !== undefined && members[candidate] !== null);
  return name === undefined ? undefined : members[name];
}

/** Texts as they are, numbers and booleans written out; anything else is not a value. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
