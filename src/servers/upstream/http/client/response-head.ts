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
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** @param text without the empty line that ends it. @throws UpstreamError */
export function readHead(text: string): ResponseHead {
  const [first, ...lines] = text.split('\r\n');
  const [, minor, status] = STATUS_LINE.exec(first as string) ?? [];
  if (status === undefined) throw malformed('its first line is none of HTTP/1.1');
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!NAME.test(name) || CONTROL.test(value)) throw malformed('a header field is none');
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  const keepAlive = minor === '1' && !/\bclose\b/i.test(headers.connection ?? '');
  return { status: Number(status), headers, keepAlive };
}

export function malformed(reason: string): UpstreamError {
  return new UpstreamError('UPSTREAM_PROTOCOL', `The server's answer is not valid HTTP: ${reason}.`, 'unknown');
}
