import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Connection, headerOf } from './wire.mjs';

const VERSION = '2025-11-25';
const MODERN = '2026-07-28';
const CLIENT = { name: 'bench', version: '1' };
const META = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': CLIENT,
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** A session of 2025 over one connection. */
export class SessionClient {
  lastId = 0;

  constructor({ url, key }) {
    this.address = new URL(url);
    this.headers = `host: ${this.address.host}\r\naccept: application/json, text/event-stream\r\n`;
    if (key) this.headers += `authorization: Bearer ${key}\r\n`;
    this.connection = new Connection();
  }

  async open() {
    await this.connection.open(this.address.port);
    const { head } = await this.ask('initialize', { protocolVersion: VERSION, capabilities: {}, clientInfo: CLIENT });
    this.session = headerOf(head, 'mcp-session-id');
    if (this.session) this.headers += `mcp-session-id: ${this.session}\r\n`;
    this.headers += `mcp-protocol-version: ${VERSION}\r\n`;
    const { status } = await this.send('POST', '{"jsonrpc":"2.0","method":"notifications/initialized"}');
    if (status !== 202) throw new Error(`notifications/initialized: status ${status}`);
  }

  /** Gives the head of the answer and its result. */
  async ask(method, params, more = '') {
    const id = ++this.lastId;
    const body = `{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${JSON.stringify(params)}}`;
    const answer = await this.send('POST', body, more);
    if (answer.status !== 200) throw new Error(`${method}: status ${answer.status} ${answer.body}`);
    return { head: answer.head, result: resultOf(readMessage(answer), id) };
  }

  send(method, body, more = '') {
    const line = `${method} ${this.address.pathname} HTTP/1.1\r\n`;
    return this.connection.request(`${line}${this.headers}content-type: application/json\r\n${more}`, body);
  }

  async close() {
    if (this.session) await this.send('DELETE');
    this.connection.close();
  }
}

/** 2026-07-28: every request stands for itself. */
export class StatelessClient extends SessionClient {
  async open() {
    await this.connection.open(this.address.port);
  }

  ask(method, params) {
    const name = params.name ? `mcp-name: ${params.name}\r\n` : '';
    const headers = `mcp-protocol-version: ${MODERN}\r\nmcp-method: ${method}\r\n${name}`;
    return super.ask(method, { ...params, _meta: META }, headers);
  }
}

/** No gateway at all: all clients of a program share it. */
export class StdioProgram {
  waiting = new Map();
  lastId = 0;

  constructor(script) {
    this.child = spawn(process.execPath, [script, 'stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const message = JSON.parse(line);
      this.waiting.get(message.id)(message);
      this.waiting.delete(message.id);
    });
  }

  client() {
    const ask = async (method, params) => {
      const id = ++this.lastId;
      const answer = new Promise((resolve) => this.waiting.set(id, resolve));
      this.child.stdin.write(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${JSON.stringify(params)}}\n`);
      return { result: resultOf(await answer, id) };
    };
    return { open: () => Promise.resolve(), ask, close: () => Promise.resolve() };
  }

  stop() {
    this.child.kill('SIGTERM');
  }
}

function readMessage({ head, body }) {
  if (!headerOf(head, 'content-type')?.startsWith('text/event-stream')) return JSON.parse(body);
  const events = body.toString().split('\n\n');
  return JSON.parse(events.findLast((event) => event.includes('data: ')).match(/^data: (.*)$/m)[1]);
}

function resultOf(message, id) {
  if (message.id !== id) throw new Error(`The answer is to ${JSON.stringify(message.id)}, not to ${id}`);
  if (message.error) throw new Error(`Error ${message.error.code}: ${message.error.message}`);
  return message.result;
}
