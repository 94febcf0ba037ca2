/** Where the next page of a list is, under the same query; null when there is none. */
export function paging(path: string, query: object, { nextCursor }: { nextCursor: string | null }) {
  return { path, olderHref: nextCursor && path + search({ ...query, cursor: nextCursor }) };
}

/** `?a=1&b=2,3` of what is given; nothing when nothing is. */
export function search(query: object): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) text.set(name, String(value));
  return text.size > 0 ? `?${text.toString()}` : '';
}
