import { once } from 'node:events';
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const TIMEOUT_MS = 30_000;

/** One keep-alive connection, one request at a time, as cheap as Node allows: what it costs is not the target's. */
export class Connection {
  parts = [];
  size = 0;
  needed = 1;

  async open(port) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(this.socket, 'connect');
    this.socket.on('data', (chunk) => this.onData(chunk));
    this.socket.setTimeout(TIMEOUT_MS, () => this.waiting && this.fail(new Error('No answer')));
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('The connection was closed')));
  }

  /** `head` is the request line and its headers but the length; gives `{status, head, body}`. */
  request(head, body = '') {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  onData(chunk) {
    this.parts.push(chunk);
    this.size += chunk.length;
    if (this.size < this.needed) return;
    const bytes = this.parts.length === 1 ? chunk : Buffer.concat(this.parts);
    const { answer, needed } = readAnswer(bytes);
    this.parts = answer ? [] : [bytes];
    this.size = answer ? 0 : bytes.length;
    this.needed = needed ?? 1;
    if (!answer) return;
    const { resolve } = this.waiting;
    this.waiting = undefined;
    resolve(answer);
  }

  fail(error) {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.reject(error);
    this.socket.destroy();
  }

  close() {
    this.socket?.destroy();
  }
}

/** The whole answer, or how many bytes are needed at least before it makes sense to look again. */
function readAnswer(bytes) {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return { needed: bytes.length + 1 };
  const head = bytes.latin1Slice(0, end);
  const status = Number(head.slice(9, 12));
  const from = end + HEAD_END.length;
  if (headerOf(head, 'transfer-encoding') === 'chunked') return readChunks(bytes, from, { status, head });
  const needed = from + Number(headerOf(head, 'content-length') ?? 0);
  if (bytes.length < needed) return { needed };
  return { answer: { status, head, body: bytes.subarray(from, needed) } };
}

function readChunks(bytes, from, answer) {
  const chunks = [];
  for (let at = from; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return { needed: bytes.length + 1 };
    const size = parseInt(bytes.latin1Slice(at, line), 16);
    const next = line + 2 + size + 2;
    if (bytes.length < next) return { needed: next };
    if (size === 0) return { answer: { ...answer, body: Buffer.concat(chunks) } };
    chunks.push(bytes.subarray(line + 2, line + 2 + size));
    at = next;
  }
}

/** The value of a header, whose name is given in lower case. */
export function headerOf(head, name) {
  const start = head.toLowerCase().indexOf(`\r\n${name}:`);
  if (start < 0) return undefined;
  const end = head.indexOf('\r\n', start + 2);
  return head.slice(start + name.length + 3, end < 0 ? undefined : end).trim();
}
