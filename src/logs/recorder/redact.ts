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

/** Masks `NAME=value`, `name: value` and quoted JSON members in running text. */
export function maskText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text.replace(QUOTED, maskPair).replace(PLAIN, maskPair);
}

/** `"name": "value"` with quotes escaped any number of times; the last value may be cut off. */
const QUOTED = /((\\*")([\w.-]{1,64})\2\s*:\s*\2)(.*?)(?=(?<!\\)\2|$)/gs;
/** `NAME=value` and `Name: value` up to the end of the word, after `Bearer` or `Basic` one more. */
const PLAIN = /((?<![\w.-])()([\w.-]{1,64})(?:=|:\s+)(?:(?:bearer|basic)\s+)?)([^\s"'\\,;&{}[\]]+)/gi;

function maskPair(whole: string, opening: string, _quote: string, name: string): string {
  return namesSecret(name) ? opening + MASK : whole;
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
