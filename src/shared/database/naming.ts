import { DefaultNamingStrategy } from 'typeorm';

/** `lastUsedAt` is the column `last_used_at`, so that entities need not repeat each name. */
export class SnakeCaseColumns extends DefaultNamingStrategy {
  override columnName(property: string, given: string | undefined, prefixes: string[]): string {
    return [...prefixes, given ?? property].map((part) => (part === given ? part : snakeCase(part))).join('_');
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
