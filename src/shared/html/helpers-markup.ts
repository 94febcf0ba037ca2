import Handlebars from 'handlebars';
import { assetUrl } from '../http/assets.js';

type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'bad';

/** Every status word of the product with its colour; a word that is not here is shown in the neutral one. */
const TONES: Readonly<Record<string, Tone>> = {
  online: 'ok',
  success: 'ok',
  active: 'ok',
  approved: 'ok',
  ok: 'ok',
  done: 'ok',
  open: 'ok',
  starting: 'accent',
  running: 'accent',
  info: 'accent',
  new: 'accent',
  needs_secret: 'warn',
  needs_sign_in: 'warn',
  timeout: 'warn',
  warning: 'warn',
  expiring: 'warn',
  inactive: 'warn',
  changed: 'warn',
  error: 'bad',
  critical: 'bad',
  failed: 'bad',
  revoked: 'bad',
  expired: 'bad',
};

/** HTML with every `${value}` escaped, unless it is HTML already. */
export function markup(strings: TemplateStringsArray, ...values: unknown[]): Handlebars.SafeString {
  const escaped = values.map((value) => Handlebars.escapeExpression(value as string));
  return new Handlebars.SafeString(String.raw({ raw: strings }, ...escaped));
}

/** A decorative icon of `public/icons.svg`; what it means is said by the text beside it. */
export function icon(name: string): Handlebars.SafeString {
  return markup`<svg class="icon" aria-hidden="true"><use href="${assetUrl('icons.svg')}#${name}"></use></svg>`;
}

/** Dot and word: never the colour alone. */
export function status(word: unknown): Handlebars.SafeString | string {
  if (typeof word !== 'string' || word === '') return '';
  const tone = Object.hasOwn(TONES, word) ? TONES[word] : 'neutral';
  const text = word.charAt(0).toUpperCase() + word.slice(1).replaceAll('_', ' ');
  const dot = word === 'starting' || word === 'running' ? 'status-dot status-dot-animated' : 'status-dot';
  return markup`<span class="status status-${tone}"><span class="${dot}"></span>${text}</span>`;
}

/** The address when a person may follow it (http, https, mailto, or a path of ours), otherwise `#`. */
export function safeUrl(url: unknown): string {
  if (typeof url !== 'string') return '#';
  const address = url.trim();
  if (/^(https?:\/\/|mailto:)/i.test(address)) return address;
  return /^([#?]|\/(?![/\\]))/.test(address) ? address : '#';
}

/** A boolean attribute: `{{checked on}}`. */
export function attribute(name: string): (on: unknown) => string {
  return (on) => (on ? name : '');
}

interface Option {
  readonly value: unknown;
  readonly label?: string;
  readonly disabled?: boolean;
}

/** `<option>`s from words or `{value, label, disabled}`, the chosen one marked. */
export function options(list: unknown, chosen: unknown): Handlebars.SafeString {
  const entries: unknown[] = Array.isArray(list) ? list : [];
  const items = entries.map((entry) => {
    const { value, label, disabled } = toOption(entry);
    const marks = [asText(value) === asText(chosen) ? ' selected' : '', disabled ? ' disabled' : ''].join('');
    return markup`<option value="${value}"${new Handlebars.SafeString(marks)}>${label ?? value}</option>`.toString();
  });
  return new Handlebars.SafeString(items.join(''));
}

/** A word or an object, as an option. */
export function toOption(entry: unknown): Option {
  return typeof entry === 'object' && entry !== null ? (entry as Option) : { value: entry };
}

/** What a form field shows for a value: text as it is, lists by line, other objects as JSON. */
export function asText(value: unknown): string {
  if (value == null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('\n');
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : `${value as number | boolean}`;
}

/** Initials for an avatar: `Ada King Lovelace` → `AL`. */
export function initials(name: unknown): string {
  const words = asText(name).trim().split(/\s+/);
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return [first, last]
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}
