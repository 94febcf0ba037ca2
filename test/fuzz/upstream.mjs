// node upstream.mjs stdio|http-old|http-new|sse: an MCP server that says whatever it is told to. A tool call with
// `arguments.script` is answered by the bytes that the script holds; anything else properly.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

const kind = process.argv[2];
const LATER_MS = 40;
const capabilities = { tools: {}, logging: {}, resources: { subscribe: true }, prompts: {}, completions: {} };
const serverInfo = { name: 'scripted', version: '1' };
const cache = { ttlMs: 0, cacheScope: 'private' };

const results = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities, serverInfo }),
  'server/discover': () => ({ resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities, ...cache }),
  'tools/list': () => ({ resultType: 'complete', ...cache, tools: [{ name: 'say', inputSchema: { type: 'object' } }] }),
  'tools/call': ({ arguments: args }) => ({
    resultType: 'complete',
    content: [{ type: 'text', text: args?.text ?? '' }],
  }),
  'resources/read': ({ uri }) => ({ resultType: 'complete', ...cache, contents: [{ uri, text: 'read' }] }),
};
const ERAS = {
  stdio: 'server/discover',
  'http-old': 'server/discover',
  'http-new': 'initialize',
  sse: 'server/discover',
};

function answerTo({ id, method, params }) {
  const known = Object.hasOwn(results, method) && method !== ERAS[kind];
  if (!known) return { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } };
  return { jsonrpc: '2.0', id, result: results[method](params ?? {}) };
}

/** The script's bytes with the id that the request has here, cut where it says (0 … 1). */
function partsOf(message) {
  const { body, cuts } = scriptOf(message);
  const text = Buffer.from(body, 'base64').toString('latin1').replaceAll('"@ID@"', JSON.stringify(message.id));
  const places = [0, ...cuts.map((cut) => Math.floor(cut * text.length)), text.length];
  return places.slice(1).map((end, at) => Buffer.from(text.slice(places[at], end), 'latin1'));
}

const scriptOf = ({ method, params }) => (method === 'tools/call' ? params?.arguments?.script : undefined);

let last = Promise.resolve();

/** One script after another, because on a pipe nobody could tell them apart. */
function play(message, write) {
  return (last = last.then(() => playNow(message, write)));
}

async function playNow(message, write) {
  for (const part of partsOf(message)) {
    write(part);
    await turn();
  }
  if (scriptOf(message).later) await sleep(LATER_MS);
}

async function bodyOf(req) {
  const parts = [];
  for await (const part of req) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}

async function post(req, res) {
  const message = await bodyOf(req);
  if (message.id === undefined || !message.method) return res.writeHead(202).end();
  const session = kind === 'http-old' && message.method === 'initialize' ? { 'mcp-session-id': 'one' } : {};
  const script = scriptOf(message);
  if (!script) {
    const refused = kind === 'http-new' && message.method === 'initialize';
    return res
      .writeHead(refused ? 400 : 200, { 'content-type': 'application/json', ...session })
      .end(JSON.stringify(answerTo(message)));
  }
  res.writeHead(script.status, { 'content-type': script.type });
  await playNow(message, (bytes) => res.write(bytes));
  if (script.end === 'abort') res.destroy();
  else res.end();
}

const streams = new Map();

async function speakEvents(req, res) {
  const { pathname, searchParams } = new URL(req.url, 'http://localhost');
  if (req.method === 'GET' && pathname === '/sse') {
    const id = String(streams.size + 1);
    streams.set(id, res.writeHead(200, { 'content-type': 'text/event-stream' }));
    return res.write(`event: endpoint\ndata: /messages?id=${id}\n\n`);
  }
  const stream = streams.get(searchParams.get('id'));
  if (req.method !== 'POST' || !stream) return res.writeHead(404).end();
  const message = await bodyOf(req);
  res.writeHead(202).end();
  if (message.id === undefined || !message.method) return;
  if (scriptOf(message)) await play(message, (bytes) => stream.write(bytes));
  else stream.write(`event: message\ndata: ${JSON.stringify(answerTo(message))}\n\n`);
}

async function speakLines(line) {
  const message = JSON.parse(line);
  if (message.id === undefined || !message.method) return;
  if (scriptOf(message)) await play(message, (bytes) => process.stdout.write(bytes));
  else process.stdout.write(`${JSON.stringify(answerTo(message))}\n`);
}

if (kind === 'stdio') {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => void speakLines(line));
  lines.on('close', () => process.exit(0));
} else {
  const answer =
    kind === 'sse' ? speakEvents : (req, res) => (req.method === 'POST' ? post(req, res) : res.writeHead(405).end());
  const server = createServer((req, res) => void Promise.resolve(answer(req, res)).catch(() => res.destroy()));
  server.listen(Number(process.env.PORT), '127.0.0.1');
}
