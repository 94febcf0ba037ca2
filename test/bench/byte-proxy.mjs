// node byte-proxy.mjs http <port of the upstream> | stdio <script>: the least that a gateway in Node can do. It forwards bytes and
// looks at nothing but, in front of stdio, the id. It listens on PORT of loopback.
import { spawn } from 'node:child_process';
import { Agent, createServer, request } from 'node:http';

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host']);
const ID = Buffer.from('"id":');
const [mode, upstream] = process.argv.slice(2);

function endToEnd(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function overHttp() {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  return (req, res) => {
    const where = { host: '127.0.0.1', port: Number(upstream), method: req.method, path: req.url, agent };
    const onward = request({ ...where, headers: endToEnd(req.headers) }, (answer) => {
      res.writeHead(answer.statusCode, endToEnd(answer.headers));
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  };
}

/** Where the first id stands: both ends of this bench write it before anything that could look like one. */
function idIn(message) {
  const start = message.indexOf(ID) + ID.length;
  if (start < ID.length) return undefined;
  let end = start;
  while (message[end] !== 0x2c && message[end] !== 0x7d) end++;
  return { start, end };
}

function withId(message, { start, end }, id) {
  return Buffer.concat([message.subarray(0, start), Buffer.from(id), message.subarray(end)]);
}

function overStdio() {
  const child = spawn(process.execPath, [upstream, 'stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map();
  let last = 0;
  onLines(child.stdout, (line) => {
    const span = idIn(line);
    const key = line.toString('latin1', span.start, span.end);
    const { id, res } = waiting.get(key);
    waiting.delete(key);
    const body = withId(line, span, id);
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
  return (req, res) => {
    const parts = [];
    req.on('data', (part) => parts.push(part));
    req.on('end', () => {
      const message = Buffer.concat(parts);
      const span = idIn(message);
      if (!span) res.writeHead(202, { 'content-length': 0 }).end();
      const key = String(++last);
      if (span) waiting.set(key, { id: message.toString('latin1', span.start, span.end), res });
      if (message.length > 0) child.stdin.write(Buffer.concat([span ? withId(message, span, key) : message, NEWLINE]));
    });
  };
}

const NEWLINE = Buffer.from('\n');

function onLines(stream, handle) {
  let rest = [];
  stream.on('data', (chunk) => {
    let from = 0;
    for (let end; (end = chunk.indexOf(10, from)) >= 0; from = end + 1) {
      handle(Buffer.concat([...rest, chunk.subarray(from, end)]));
      rest = [];
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  });
}

const server = createServer(mode === 'stdio' ? overStdio() : overHttp());
server.keepAliveTimeout = 120_000;
server.listen(Number(process.env.PORT), '127.0.0.1', 4096);
process.on('SIGTERM', () => process.exit(0));
