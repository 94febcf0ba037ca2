import { type GivenArgument, type GivenValues, NEEDED } from '../registration.js';
import { looksSecret } from '../secret-names.js';
import { fillVariables, namesPlace } from './variables.js';
import { asText, isObject } from './values.js';

/** Something that must be given, or that was found and will be sealed. */
export interface FoundSecret {
  readonly in: 'env' | 'headers' | 'args' | 'url';
  readonly name: string;
  /** Ids of the variables that have no value yet; none: the text itself holds the secret. */
  readonly variables: readonly string[];
}

/** Reads texts and remembers what it met on the way. */
export class ValueReader {
  readonly warnings: string[] = [];
  readonly secrets: FoundSecret[] = [];

  constructor(private readonly given: Readonly<Record<string, string>>) {}

  values(kind: 'env' | 'headers', source: unknown): GivenValues {
    const values = pairs(source).flatMap(([name, raw]) => {
      const text = asText(raw);
      if (text === '' && !looksSecret(name)) return this.leftOut(name);
      if (text !== undefined) return [[name, this.value(kind, name, text)] as const];
      return this.leftOut(name);
    });
    return Object.fromEntries(values);
  }

  args(source: readonly unknown[]): GivenArgument[] {
    const texts = source.flatMap((arg) => asText(arg) ?? []);
    if (texts.length < source.length) this.warnings.push('Arguments that are not texts are left out.');
    return texts.map((text, at) => this.argument(text, texts[at - 1]));
  }

  url(text: string): string | null {
    const { text: filled, missing } = this.fill(text);
    if (filled === null) this.secrets.push({ in: 'url', name: 'url', variables: missing });
    return filled;
  }

  plain(text: string): string {
    return this.fill(text).text ?? text;
  }

  private leftOut(name: string): [] {
    this.warnings.push(`${name} has no text as its value and is left out.`);
    return [];
  }

  private value(kind: 'env' | 'headers', name: string, text: string) {
    const { text: filled, missing, isVariable } = this.fill(text);
    if (filled === null || isVariable || looksSecret(name)) this.secrets.push({ in: kind, name, variables: missing });
    return filled || NEEDED;
  }

  private argument(text: string, before: string | undefined): GivenArgument {
    const { text: filled, missing, isVariable } = this.fill(text);
    if (filled !== null && !isVariable && !isSecretArgument(text, before)) return text;
    const name = flagOf(text) ?? before ?? text;
    this.secrets.push({ in: 'args', name, variables: missing });
    return { secret: true, value: filled || NEEDED };
  }

  private fill(text: string) {
    if (namesPlace(text))
      this.warnings.push(`"${text}" names a folder of another computer: change it to one of this host.`);
    return fillVariables(text, this.given);
  }
}

/** The value after `--token`, `--token=…`, `TOKEN=…`, or a header that carries one. */
function isSecretArgument(text: string, before: string | undefined): boolean {
  const flag = flagOf(text);
  if (flag !== undefined) return looksSecret(flag);
  if (before === undefined || !before.startsWith('-') || before.includes('=')) return false;
  if (/^(?:-H|--header)$/.test(before)) return looksSecret(text.split(':')[0] ?? '');
  return !text.startsWith('-') && !before.startsWith('--no-') && looksSecret(before);
}

function flagOf(text: string): string | undefined {
  return /^((?:-{1,2})?[A-Za-z][\w.-]*)=./.exec(text)?.[1];
}

/** An object, or `["Name: value"]`. */
function pairs(source: unknown): [string, unknown][] {
  if (isObject(source)) return Object.entries(source);
  if (!Array.isArray(source)) return [];
  return source.flatMap((line): [string, unknown][] => {
    const [, name, value] = /^\s*([^:=\s]+)\s*[:=]\s*(.*)$/.exec(asText(line) ?? '') ?? [];
    return name === undefined ? [] : [[name, value]];
  });
}
