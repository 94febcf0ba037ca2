import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { people } from './people.mjs';

const READY_MS = 60_000;
const ONLINE_MS = 30_000;

/** The built product as a process of its own, on its embedded database, with everything in a temporary folder. */
export class Product {
  /** `settings` are environment variables. */
  static async start(settings = {}) {
    const product = new Product(mkdtempSync(join(tmpdir(), 'mcpo-product-')), await freePort(), settings);
    try {
      await product.ready();
      return product;
    } catch (error) {
      await product.stop();
      throw error;
    }
  }

  constructor(folder, port, settings) {
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.logFile = join(folder, 'product.log');
    const environment = {
      PATH: process.env.PATH,
      HOME: folder,
      NODE_ENV: 'production',
      PORT: String(port),
      PUBLIC_URL: this.url,
      DATA_DIR: join(folder, 'data'),
      UPSTREAM_ALLOWED_NETWORKS: '127.0.0.0/8',
      LOG_LEVEL: 'warn',
      ...settings,
    };
    const log = openSync(this.logFile, 'w');
    const args = ['--enable-source-maps', 'dist/src/main.js'];
    this.child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', log, log] });
    closeSync(log);
  }

  get pid() {
    return this.child.pid;
  }

  async ready() {
    for (const end = Date.now() + READY_MS; Date.now() < end && this.child.exitCode === null; await sleep(100)) {
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
    }
    throw new Error(`The product did not become ready:\n${readFileSync(this.logFile, 'utf8')}`);
  }

  /** Makes a project and gives a key to it; the first time signs up its owner, the administrator. */
  async openProject(slug) {
    this.token ??= (await this.send('POST', '/api/auth/signup', people.ada)).token;
    await this.send('POST', '/api/projects', { name: slug, slug });
    const { key } = await this.send('POST', `/api/projects/${slug}/api-keys`, { name: slug });
    return key;
  }

  /** Registers a server and waits until its tools are known. */
  async addServer(project, registration) {
    const path = `/api/projects/${project}/servers`;
    const { id, name } = await this.send('POST', path, registration);
    for (const end = Date.now() + ONLINE_MS; Date.now() < end; await sleep(100)) {
      const { status, lastError } = await this.send('GET', `${path}/${id}`);
      if (status === 'online') return;
      if (status !== 'starting') throw new Error(`The server ${name} is ${status}: ${lastError}`);
    }
    throw new Error(`The server ${name} did not come online`);
  }

  async send(method, path, body) {
    const headers = { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    const answer = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A Node program that listens on PORT, as soon as it does. */
export async function startListener(script, ...args) {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port) };
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  for (let attempt = 0; ; attempt++) {
    if (child.exitCode !== null || attempt > 200) throw new Error(`${script} does not listen on port ${port}`);
    const answer = await fetch(`http://127.0.0.1:${port}/is-anybody-there`, { method: 'HEAD' }).catch(() => undefined);
    if (answer) break;
    await sleep(50);
  }
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { port, url: `http://127.0.0.1:${port}`, pid: child.pid, stop };
}
