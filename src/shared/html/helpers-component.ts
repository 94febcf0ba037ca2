import { asText } from './helpers-markup.js';

interface Button {
  readonly tone?: string;
  readonly small?: boolean;
  /** An entry of a menu. */
  readonly item?: boolean;
}

/** Forms can only GET and POST: the method travels in the address, where the server finds it. */
export function methodUrl(action: unknown, method: unknown): string {
  const address = asText(action);
  if (typeof method !== 'string' || method === 'POST') return address;
  return `${address}${address.includes('?') ? '&' : '?'}_method=${method}`;
}

/** The classes of `shared/_button` and `shared/_confirm`. */
export function buttonClass({ tone, small, item }: Button, usual?: unknown): string {
  const isBad = (tone ?? usual) === 'bad';
  if (item) return isBad ? 'menu-item menu-item-bad' : 'menu-item';
  const look = isBad ? ' btn-danger' : tone === 'accent' ? ' btn-primary' : '';
  return `btn${look}${small ? ' btn-sm' : ''}`;
}

/** A pattern for an input that accepts this text only. */
export function exactly(text: unknown): string {
  return asText(text).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

export function toneIcon(tone: unknown): string {
  if (tone === 'ok') return 'circle-check';
  if (tone === 'warn') return 'alert-triangle';
  return tone === 'bad' ? 'alert-circle' : 'info-circle';
}
