import { hash } from 'node:crypto';
import { maskJson } from './redact.js';

/** Of arguments and of a result, each, in bytes of UTF-8. */
export const KEPT_BYTES = 64 * 1024;

/** A multi-byte character at the cut may have been left out by whoever cut before us. */
const CUT_SLACK = 3;

export interface Payload {
  readonly text: string | null;
  readonly truncated: boolean;
  /** Hex SHA-256 of the text before it was cut; null where nothing was, or where a hash would confirm guesses of a secret. */
  readonly sha256: string | null;
}

const NONE: Payload = { text: null, truncated: false, sha256: null };

/** The part of JSON text that is kept: the first 64 kB, secrets masked. `messageBytes` is the size of the whole message,
 * `sha256` the digest of the whole text where `text` is only its beginning. */
export function kept(text: string | null, messageBytes: number, sha256?: string | null): Payload {
  if (text === null) return NONE;
  const bytes = Buffer.byteLength(text);
  const isLong = bytes > KEPT_BYTES;
  const head = isLong ? firstBytes(text, KEPT_BYTES) : text;
  const shown = maskJson(head);
  return {
    text: storable(shown),
    truncated: isLong || !!sha256 || (bytes >= KEPT_BYTES - CUT_SLACK && messageBytes > bytes),
    sha256: shown !== head ? null : (sha256 ?? (isLong ? hash('sha256', text) : null)),
  };
}

// eslint-disable-next-line no-control-regex -- they are what is looked for
const UNSTORABLE = /[\0\x1f]/g;

/**
 * Text that PostgreSQL takes and that can stand between separators: NUL and the unit separator are shown as their
 * symbols, and no more than `maxLength` characters.
 */
export function storable(text: string, maxLength = Infinity): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return short.replace(UNSTORABLE, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)));
}

/** Ends before the character that the limit would cut in two. */
function firstBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text.slice(0, limit));
  let end = Math.min(limit, bytes.length);
  while (end > 0 && isContinuation(bytes[end])) end--;
  return bytes.toString('utf8', 0, end);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
