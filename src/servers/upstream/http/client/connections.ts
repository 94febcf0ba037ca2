import { connect as connectPlain, type LookupFunction, type TcpNetConnectOpts } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { Connection, type Lender, type Outgoing, type ResponseHandler } from './connection.js';

/** Each call holds one for as long as it lasts; more wait for a free one. */
const MOST = 256;
const SWEEP_MS = 1000;

interface Waiting {
  readonly request: Outgoing;
  readonly handler: ResponseHandler;
}

/**
 * Kept-alive HTTP/1.1 connections to one origin. Our own and not a library's, because every call passes here: with undici
 * the gateway spent an eighth more CPU on each (`npm run bench`).
 */
export class Connections implements Lender {
  private readonly open = new Set<Connection>();
  /** The one that was used last is used first, so that the others grow old and leave. */
  private readonly idle: Connection[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  private ended: Error | undefined;

  /** @param lookup resolves the host's name to the addresses that may be dialled. */
  constructor(
    private readonly url: URL,
    private readonly lookup: LookupFunction,
  ) {}

  send(request: Outgoing, handler: ResponseHandler): void {
    const { ended } = this;
    if (ended) return queueMicrotask(() => handler.onError(ended));
    const connection = this.takeIdle() ?? (this.open.size < MOST ? this.connect() : undefined);
    if (connection) connection.send(request, handler);
    else this.waiting.push({ request, handler });
  }

  /** The handler hears nothing more. */
  abandon(handler: ResponseHandler): void {
    const at = this.waiting.findIndex((waiting) => waiting.handler === handler);
    if (at !== -1) this.waiting.splice(at, 1);
    for (const connection of this.open) if (connection.serves(handler)) connection.abandon();
  }

  /** Everybody who waits for a response hears `error`. */
  destroy(error: Error): void {
    this.ended = error;
    clearInterval(this.timer);
    for (const { handler } of this.waiting.splice(0)) handler.onError(error);
    for (const connection of this.open) connection.destroy(error);
  }

  released(connection: Connection): void {
    const next = this.waiting.shift();
    if (next) connection.send(next.request, next.handler);
    else this.idle.push(connection);
  }

  lost(connection: Connection): void {
    this.open.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at !== -1) this.idle.splice(at, 1);
    const next = this.waiting.shift();
    if (next) this.connect().send(next.request, next.handler);
  }

  private takeIdle(): Connection | undefined {
    for (let last = this.idle.pop(); last; last = this.idle.pop()) {
      if (last.usable) return last;
      last.destroy();
    }
    return undefined;
  }

  private connect(): Connection {
    const { protocol, hostname } = this.url;
    const isSecure = protocol === 'https:';
    const host = hostname.replace(/^\[|\]$/g, '');
    const options: TcpNetConnectOpts = {
      host,
      port: Number(this.url.port || (isSecure ? 443 : 80)),
      lookup: this.lookup,
    };
    const socket = isSecure ? connectSecure({ ...options, ALPNProtocols: ['http/1.1'] }) : connectPlain(options);
    const connection = new Connection(socket, isSecure ? 'secureConnect' : 'connect', this);
    this.open.add(connection);
    return connection;
  }

  private sweep(): void {
    while (this.idle[0] && !this.idle[0].usable) this.idle.shift()?.destroy();
  }
}
