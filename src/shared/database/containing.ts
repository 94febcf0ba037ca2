/** A pattern for `LIKE` and `ILIKE` that finds the text as it is typed. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
