// node upstream.mjs http|sse|stdio: tools `give` (a large result) and `take` (a large argument). It parses nothing large.
import { createServer } from 'node:http';
import { MARK, payload, PayloadReader } from './payload.mjs';

const INFO = { name: 'large', version: '1' };
const MODERN = '2026-07-28';
const object = { type: 'object', properties: {} };
const TOOLS = ['give', 'take'].map((name) => ({ name, inputSchema: object }));
const values = new Map();

/** Sent in parts of this size; each is read as it comes. */
const PART = 2 ** 16;

function valueOf(shape, bytes) {
  const name = `${shape} ${bytes}`;
  if (!values.has(name)) values.set(name, payload(shape, bytes));
  return values.get(name);
}

/** What is known of a message from its first part: ours put the large value last. */
class Incoming {
  head = Buffer.alloc(0);
  size = 0;

  add(part) {
    this.size += part.length;
    if (this.reader) return this.reader.add(part);
    this.head = Buffer.concat([this.head, part]);
    const bytes = /"bytes":(\d+)/.exec(this.head.toString('latin1', 0, 4096))?.[1];
    if (!bytes || !this.head.includes(MARK)) return;
    this.reader = new PayloadReader(Number(bytes));
    this.reader.add(this.head);
  }

  /** The parts of the answer; none for a notification. */
  answer() {
    const head = this.head.toString('latin1', 0, 4096);
    const id = /"id":(\d+)/.exec(head)?.[1];
    const method = /"method":"([^"]+)"/.exec(head)?.[1];
    if (!id) return [];
    const result = this.result(method, head);
    const envelope = Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":{"resultType":"complete",`);
    return [envelope, ...result.map((part) => Buffer.from(part)), Buffer.from('}}')];
  }

  result(method, head) {
    const about = '"ttlMs":0,"cacheScope":"private"';
    if (method === 'initialize') {
      const version = /"protocolVersion":"([^"]+)"/.exec(head)[1];
      return [`"protocolVersion":"${version}","capabilities":{"tools":{}},"serverInfo":${JSON.stringify(INFO)}`];
    }
    if (method === 'server/discover') return [`${about},"supportedVersions":["${MODERN}"],"capabilities":{"tools":{}}`];
    if (method === 'tools/list') return [`${about},"tools":${JSON.stringify(TOOLS)}`];
    if (method !== 'tools/call') return ['"_meta":{}'];
    if (this.reader) return [`"content":[],"structuredContent":{"sha256":"${this.reader.digest()}"}`];
    const { shape, bytes } = JSON.parse(/"arguments":(\{[^}]*\})/.exec(head)[1]);
    return [`"content":[],"structuredContent":{${MARK}`, ...partsOf(valueOf(shape, bytes)), '}'];
  }
}

function* partsOf(value) {
  for (let at = 0; at < value.length; at += PART) yield value.subarray(at, at + PART);
}

/** Not faster than the reader reads. */
function write(stream, parts, end) {
  const left = [...parts];
  const more = () => {
    while (left.length > 0) if (!stream.write(left.shift())) return stream.once('drain', more);
    end();
  };
  more();
}

const asEvent = (parts) => [Buffer.from('event: message\ndata: '), ...parts, Buffer.from('\n\n')];

function serveHttp(isSse) {
  let stream;
  const server = createServer((req, res) => {
    if (req.method === 'GET' && isSse) {
      stream = res.writeHead(200, { 'content-type': 'text/event-stream' });
      return void stream.write('event: endpoint\ndata: /message\n\n');
    }
    if (req.method !== 'POST') return void res.writeHead(405, { 'content-length': 0 }).end();
    const message = new Incoming();
    req.on('data', (part) => message.add(part));
    req.on('end', () => {
      const parts = message.answer();
      if (isSse || parts.length === 0) res.writeHead(202, { 'content-length': 0 }).end();
      if (isSse && parts.length > 0) return write(stream, asEvent(parts), () => undefined);
      if (parts.length === 0) return;
      const events = req.url === '/events';
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      res.writeHead(
        200,
        events
          ? { 'content-type': 'text/event-stream' }
          : { 'content-type': 'application/json', 'content-length': length },
      );
      write(res, events ? asEvent(parts) : parts, () => res.end());
    });
  });
  server.listen(Number(process.env.PORT), '127.0.0.1');
}

function serveStdio() {
  let message = new Incoming();
  process.stdin.on('data', (chunk) => {
    for (let at = 0; at < chunk.length;) {
      const end = chunk.indexOf(0x0a, at);
      message.add(chunk.subarray(at, end === -1 ? chunk.length : end));
      if (end === -1) return;
      at = end + 1;
      const parts = message.answer();
      message = new Incoming();
      if (parts.length > 0) write(process.stdout, [...parts, Buffer.from('\n')], () => undefined);
    }
  });
  process.stdin.on('end', () => process.exit(0));
}

if (process.argv[2] === 'stdio') serveStdio();
else serveHttp(process.argv[2] === 'sse');
process.on('SIGTERM', () => process.exit(0));
