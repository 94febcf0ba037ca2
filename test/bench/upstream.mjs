// node upstream.mjs [stdio]: an MCP server that costs next to nothing, over HTTP on PORT of loopback or over stdio; both eras.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const MODERN = '2026-07-28';
const LEGACY = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];
const INFO = { name: 'bench-upstream', version: '1' };
const CAPABILITIES = { tools: {} };
const KIB = 'x'.repeat(1024);

const string = (description) => ({ type: 'string', description });

function tool(name, description, properties) {
  return { name, description, inputSchema: { type: 'object', properties, required: Object.keys(properties) } };
}

const tools = [
  tool('echo', 'Returns its argument', { text: string('What to return') }),
  tool('fill', 'Returns its argument and KiB of filling', {
    text: string('What to begin with'),
    kib: { type: 'integer', description: 'How much' },
  }),
];
while (tools.length < 100) {
  const about = `Searches the ${tools.length}th collection for what a person asks and returns what fits best, with its source.`;
  const properties = { query: string('What to look for'), language: string('The language of the answer') };
  tools.push(tool(`search_${tools.length}`, about, properties));
}
const listed = JSON.stringify(tools);

const say = (value) => JSON.stringify({ content: [{ type: 'text', text: value }] });

const run = {
  echo: ({ text }) => say(text),
  fill: ({ text, kib }) => say(text + KIB.repeat(kib)),
};

const methods = {
  initialize: ({ protocolVersion }) => {
    const version = LEGACY.includes(protocolVersion) ? protocolVersion : LEGACY[0];
    return JSON.stringify({ protocolVersion: version, capabilities: CAPABILITIES, serverInfo: INFO });
  },
  'server/discover': () =>
    JSON.stringify({ supportedVersions: [MODERN], capabilities: CAPABILITIES, ttlMs: 60_000, cacheScope: 'public' }),
  ping: () => '{}',
  'tools/list': (_, isModern) => `{${isModern ? '"ttlMs":60000,"cacheScope":"public",' : ''}"tools":${listed}}`,
  'tools/call': ({ name, arguments: given }) => run[name](given),
};

function answer({ id, method, params = {} }) {
  const envelope = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},`;
  if (!Object.hasOwn(methods, method)) return `${envelope}"error":{"code":-32601,"message":"Method not found"}}`;
  const isModern = params._meta?.['io.modelcontextprotocol/protocolVersion'] === MODERN;
  const result = methods[method](params, isModern);
  const stamped = isModern && result !== '{}' ? `{"resultType":"complete",${result.slice(1)}` : result;
  return `${envelope}"result":${stamped}}`;
}

function serveHttp() {
  const server = createServer((req, res) => {
    if (req.method !== 'POST') return void res.writeHead(405, { 'content-length': 0 }).end();
    const parts = [];
    req.on('data', (part) => parts.push(part));
    req.on('end', () => {
      const message = JSON.parse(Buffer.concat(parts));
      if (message.id === undefined) return void res.writeHead(202, { 'content-length': 0 }).end();
      const body = answer(message);
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
    });
  });
  server.keepAliveTimeout = 120_000;
  server.listen(Number(process.env.PORT), '127.0.0.1', 4096);
}

function serveStdio() {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const message = JSON.parse(line);
    if (message.id !== undefined) process.stdout.write(`${answer(message)}\n`);
  });
  lines.on('close', () => process.exit(0));
}

if (process.argv[2] === 'stdio') serveStdio();
else serveHttp();
process.on('SIGTERM', () => process.exit(0));
