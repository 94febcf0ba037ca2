/** What stands in place of a value whose name says that it is a secret. */
export const MASK = '[masked]';

/** Deeper than any honest arguments; below it nothing is shown, because nothing was looked at. */
const MAX_DEPTH = 64;

const SECRET_WORDS = new Set([
  ...['password', 'passwd', 'passphrase', 'pwd', 'secret', 'secrets', 'token', 'auth', 'authorization', 'bearer'],
  ...['cookie', 'cookies', 'credential', 'credentials', 'apikey', 'accesskey', 'privatekey'],
]);
const SECRET_PAIRS = new Set(['api key', 'access key', 'private key', 'secret key', 'signing key']);

/** Lets most payloads pass without being parsed; wider than the rule itself. */
const SUSPICIOUS = /passw|passphrase|pwd|secret|token|auth|bearer|cookie|credential|key/i;

/** Whether a name such as `apiKey`, `X-Api-Key` or `DB_PASSWORD` names a secret; `maxTokens` and `author` do not. */
export function namesSecret(name: string): boolean {
  if (!SUSPICIOUS.test(name)) return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word, at) => SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${word} ${words[at + 1]}`));
}

/** Masks what is named like a secret in JSON text; text that is no (whole) JSON is masked by its quoted names. */
export function maskJson(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  try {
    const before: unknown = JSON.parse(text);
    const after = masked(before, 0);
    return after === before ? text : JSON.stringify(after);
  } catch {
    return maskText(text);
  }
}

/** A name and what leads to its value, up to an opening quote that may be escaped any number of times. */
const NAMED = /(?<![\w.-])([a-z_][\w.-]{0,63})(?![\w.-])(?:\\*["'])?\s*[:=]\s*(\\*["'])?/gi;
const PLAIN_VALUE = /(?:(?:bearer|basic)\s+)?[^\s"'\\,;&{}[\]]+/iy;

/** Masks `NAME=value`, `name: value` and quoted members in running text; the last value may be cut off. */
export function maskText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let shown = '';
  let done = 0;
  for (const match of text.matchAll(NAMED)) {
    const start = match.index + match[0].length;
    if (match.index < done || !namesSecret(match[1] as string)) continue;
    const end = match[2] ? endOfQuoted(text, start, match[2]) : endOfPlain(text, start);
    if (end === start) continue;
    shown += text.slice(done, start) + MASK;
    done = end;
  }
  return shown + text.slice(done);
}

/** Where the quote closes that was opened so: by the same mark behind no more backslashes, or with the text. */
function endOfQuoted(text: string, start: number, opening: string): number {
  const mark = opening.slice(-1);
  for (let at = text.indexOf(mark, start); at >= 0; at = text.indexOf(mark, at + 1)) {
    let backslashes = 0;
    while (text[at - backslashes - 1] === '\\') backslashes++;
    if (backslashes < opening.length) return Math.max(start, at - backslashes);
  }
  return text.length;
}

function endOfPlain(text: string, start: number): number {
  PLAIN_VALUE.lastIndex = start;
  return PLAIN_VALUE.test(text) ? PLAIN_VALUE.lastIndex : start;
}

/** The same object where nothing was masked, so that its text can stay as it arrived. */
function masked(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return MASK;
  const members = Object.entries(value).map(([name, member]) => [name, maskedMember(name, member, depth)] as const);
  if (members.every(([name, member]) => member === (value as Record<string, unknown>)[name])) return value;
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

function maskedMember(name: string, member: unknown, depth: number): unknown {
  const isSet = member !== null && member !== '' && typeof member !== 'boolean';
  return isSet && namesSecret(name) ? MASK : masked(member, depth + 1);
}
