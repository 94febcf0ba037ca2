import { UpstreamError } from '../../upstream-error.js';

export type Headers = Readonly<Record<string, string | undefined>>;

/** Status line and header fields of one response (RFC 9112 §4, §5). */
export interface ResponseHead {
  readonly status: number;
  /** By lower-case name; a repeated field's values in one, as RFC 9110 §5.3 joins them. */
  readonly headers: Headers;
  /** Whether another request may follow on the connection. */
  readonly keepAlive: boolean;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Control characters, and line ends that are not CR LF. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;
/** How servers have written names until now; more than any honest ones use are not remembered. */
const names = new Map<string, string>();
const MOST_NAMES = 1000;

/** @param text without the empty line that ends it. @throws UpstreamError */
export function readHead(text: string): ResponseHead {
  if (CONTROL.test(text)) throw malformed('its header has control characters');
  const lines = text.split('\r\n');
  const [, minor, status] = STATUS_LINE.exec(lines[0] as string) ?? [];
  if (status === undefined) throw malformed('its first line is none of HTTP/1.1');
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at] as string;
    const colon = line.indexOf(':');
    const name = lowerCase(line.slice(0, Math.max(colon, 0)));
    const value = line.slice(colon + 1).trim();
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  const keepAlive = minor === '1' && !/\bclose\b/i.test(headers.connection ?? '');
  return { status: Number(status), headers, keepAlive };
}

/** @throws UpstreamError when it is no name. */
function lowerCase(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (!NAME.test(name)) throw malformed('a header field has no name');
  const lower = name.toLowerCase();
  if (names.size < MOST_NAMES) names.set(name, lower);
  return lower;
}

export function malformed(reason: string): UpstreamError {
  return new UpstreamError('UPSTREAM_PROTOCOL', `The server's answer is not valid HTTP: ${reason}.`, 'unknown');
}
