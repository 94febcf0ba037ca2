import Handlebars from 'handlebars';
import { markup } from './helpers-markup.js';

type Moment = Date | string | number | null | undefined;
type TimeStyle = 'full' | 'clock' | 'date';

const NOTHING = '–';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds as people say them: `0.4 ms`, `312 ms`, `1.24 s`, `2 min 5 s`, `3 h 10 min`. */
export function duration(ms: unknown): string {
  if (typeof ms !== 'number' || !Number.isFinite(ms)) return NOTHING;
  if (ms < 10 && !Number.isInteger(ms)) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < MINUTE - 50) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < HOUR - 500) return pair(ms, MINUTE, 'min', 1000, 's');
  if (ms < DAY - MINUTE / 2) return pair(ms, HOUR, 'h', MINUTE, 'min');
  return pair(ms, DAY, 'd', HOUR, 'h');
}

function pair(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const total = Math.round(ms / small);
  const per = large / small;
  const rest = total % per;
  return `${Math.floor(total / per)} ${largeName}${rest ? ` ${rest} ${smallName}` : ''}`;
}

/** Bytes in powers of 1000: `312 B`, `1.2 kB`, `104.9 MB`. */
export function bytes(size: unknown): string {
  return typeof size === 'number' && Number.isFinite(size) ? scaled(size, [' B', ' kB', ' MB', ' GB', ' TB']) : NOTHING;
}

/** `12.3k` with the exact figure as title; below 1,000 the figure itself. Database counts may arrive as text. */
export function count(value: unknown): string | Handlebars.SafeString {
  const figure = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof figure !== 'number' || !Number.isFinite(figure)) return NOTHING;
  if (Math.abs(figure) < 1000) return String(figure);
  return markup`<span title="${figure.toLocaleString('en')}">${scaled(figure, ['', 'k', 'M', 'B'])}</span>`;
}

function scaled(value: number, units: readonly string[]): string {
  let step = 0;
  let rest = value;
  while (Math.abs(rest) >= 999.95 && step < units.length - 1) {
    rest /= 1000;
    step += 1;
  }
  const figure = step === 0 ? String(value) : rest.toFixed(1).replace(/\.0$/, '');
  return figure + units[step];
}

/** `1 tool`, `3 tools`; `many` for words that do more than take an s. */
export function plural(amount: unknown, one: string, many?: unknown): string {
  const figure = Number(amount);
  const word = figure === 1 ? one : typeof many === 'string' ? many : `${one}s`;
  return `${figure.toLocaleString('en')} ${word}`;
}

/** A moment in UTC, which the browser turns into its own zone (`public/js/local-times.js`). */
export function time(at: Moment, style?: unknown): string | Handlebars.SafeString {
  const date = toDate(at);
  if (!date) return NOTHING;
  const wanted: TimeStyle = style === 'clock' || style === 'date' ? style : 'full';
  return timeElement(date, wanted, utc(date, wanted));
}

/** How long ago, or in how long: `just now`, `5 min ago`, `in 3 days`; `none` where there is no moment. */
export function ago(at: Moment, none?: unknown, now = Date.now()): string | Handlebars.SafeString {
  const date = toDate(at);
  if (!date) return typeof none === 'string' ? none : NOTHING;
  return timeElement(date, 'ago', relative(date.getTime() - now));
}

function toDate(at: Moment): Date | undefined {
  if (at == null || at === '') return undefined;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function timeElement(date: Date, style: string, text: string): Handlebars.SafeString {
  const title = `${utc(date, 'full')} UTC`;
  return markup`<time datetime="${date.toISOString()}" data-time="${style}" title="${title}">${text}</time>`;
}

function utc(date: Date, style: TimeStyle): string {
  const iso = date.toISOString();
  if (style === 'date') return iso.slice(0, 10);
  if (style === 'clock') return iso.slice(11, 23);
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

function relative(difference: number): string {
  const distance = Math.abs(difference);
  if (distance < 45_000) return difference > 0 ? 'in a moment' : 'just now';
  const text =
    distance < HOUR - MINUTE / 2
      ? `${Math.round(distance / MINUTE)} min`
      : distance < DAY - HOUR / 2
        ? `${Math.round(distance / HOUR)} h`
        : plural(Math.round(distance / DAY), 'day');
  return difference > 0 ? `in ${text}` : `${text} ago`;
}
