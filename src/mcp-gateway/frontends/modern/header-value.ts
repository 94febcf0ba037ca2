const ENCODED = /^=\?base64\?(.*)\?=$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SAFE = /^[\t\x20-\x7e]*$/;

/**
 * What a mirrored header says: as it stands, or decoded from `=?base64?…?=`; `undefined` when it cannot be read
 * (2026-07-28 `basic/transports/streamable-http.mdx#value-encoding`).
 */
export function decodeHeaderValue(value: string): string | undefined {
  if (!SAFE.test(value)) return undefined;
  const encoded = ENCODED.exec(value)?.[1];
  if (encoded === undefined) return value;
  if (!BASE64.test(encoded)) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : undefined;
}
