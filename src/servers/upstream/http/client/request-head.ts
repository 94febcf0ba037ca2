const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const PATH = /^[\x21-\x7e]+$/;

const texts = new WeakMap<readonly string[], string>();

/** Header fields of a list that is used for many requests, as the wire has them. @throws Error */
export function keptHeaderText(headers: readonly string[]): string {
  let text = texts.get(headers);
  if (text === undefined) texts.set(headers, (text = headerText(headers)));
  return text;
}

/** Header fields as the wire has them. @param headers names and values in turn. @throws Error */
export function headerText(headers: readonly string[]): string {
  let text = '';
  for (let at = 0; at < headers.length; at += 2) {
    const [name, value] = [headers[at] as string, headers[at + 1] as string];
    if (!NAME.test(name) || !VALUE.test(value)) throw new Error(`The header ${JSON.stringify(name)} cannot be sent`);
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

/** @throws Error when the path would end the request line. */
export function requestLine(method: string, path: string, host: string): string {
  if (!PATH.test(path)) throw new Error('The path of the URL cannot be sent');
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
}
