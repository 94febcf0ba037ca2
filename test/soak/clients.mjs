import { request } from 'node:http';

const VERSION = '2025-11-25';
const TYPES = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** Opens sessions of one key and leaves them, each over connections of its own. */
export class Leaver {
  /** @param {string} project URL of the project. */
  constructor(project, key) {
    this.project = project;
    this.headers = { authorization: `Bearer ${key}` };
  }

  /** A session that has made one call; with capabilities it has links of its own. */
  async http(endpoint, tool, capabilities = {}) {
    const url = `${this.project}/${endpoint}/mcp`;
    const { id } = await this.post(url, hello(capabilities));
    const headers = { 'mcp-session-id': id, 'mcp-protocol-version': VERSION };
    await this.post(url, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers);
    await this.post(url, call(tool), headers);
    return { url, headers };
  }

  /** The same, with a stream that breaks. */
  async streaming(endpoint, tool) {
    const { url, headers } = await this.http(endpoint, tool);
    const { req } = await this.stream(url, headers);
    req.destroy();
  }

  /** A client of 2024-11-05 whose stream breaks. */
  async events(endpoint, tool, capabilities = {}) {
    const { req, res } = await this.stream(`${this.project}/${endpoint}/sse`);
    const path = await new Promise((resolve) => {
      res.on('data', (part) => resolve(/^data: (.*)$/m.exec(part.toString())?.[1]));
    });
    for (const body of [hello(capabilities), { jsonrpc: '2.0', method: 'notifications/initialized' }, call(tool)]) {
      await this.post(path, body);
    }
    req.destroy();
  }

  async end({ url, headers }) {
    await this.send(url, { method: 'DELETE', headers });
  }

  async post(url, body, headers = {}) {
    const res = await this.send(url, { method: 'POST', headers: { ...TYPES, ...headers } }, JSON.stringify(body));
    if (res.statusCode >= 300) throw new Error(`${url} answers ${res.statusCode}`);
    return { id: res.headers['mcp-session-id'] };
  }

  /** Resolves when the answer is over. */
  async send(url, options, body) {
    const { res } = await this.open(url, options, body);
    res.resume();
    await new Promise((resolve) => res.on('close', resolve));
    return res;
  }

  stream(url, headers = {}) {
    return this.open(url, { method: 'GET', headers: { accept: 'text/event-stream', ...headers } });
  }

  open(url, { method, headers }, body) {
    return new Promise((resolve, reject) => {
      const all = { ...this.headers, ...headers };
      const req = request(url, { method, headers: all, agent: false }, (res) => {
        res.on('error', () => undefined);
        resolve({ req, res });
      });
      req.on('error', reject).end(body);
    });
  }
}

function hello(capabilities) {
  const params = { protocolVersion: VERSION, capabilities, clientInfo: { name: 'soak', version: '1' } };
  return { jsonrpc: '2.0', id: 0, method: 'initialize', params };
}

function call(name) {
  return { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } };
}

const ASKED = { sampling: {}, elicitation: {}, roots: {} };
const TOOL = 'test_simple_text';
/** A program may run for so many single clients. */
const PROCESSES = 12;

/** Opens `count` sessions of all kinds and leaves them; some have processes, connections and streams of their own. */
export async function leave(leaver, count) {
  const kinds = [
    () => leaver.http('servers/pipe', TOOL),
    () => leaver.http('servers/http', TOOL, ASKED),
    () => leaver.http('unified', `http__${TOOL}`),
    () => leaver.streaming('servers/http', TOOL),
    () => leaver.events('unified', `pipe__${TOOL}`),
    () => leaver.events('servers/http', TOOL, ASKED),
    () => leaver.http('servers/new', TOOL, ASKED),
  ];
  await Promise.all(Array.from({ length: PROCESSES }, () => leaver.http('servers/pipe', TOOL, ASKED)));
  let next = PROCESSES;
  const worker = async () => {
    while (next < count) await kinds[next++ % kinds.length]();
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
