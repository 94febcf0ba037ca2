import type { Socket } from 'node:net';
import { pour } from '../../../../shared/pour.js';
import { Rope, type Bytes } from '../../../../shared/rope.js';
import { Turns } from '../../../../shared/turns.js';
import { ResponseParser, type ResponseListener } from './response-parser.js';
import type { ResponseHead } from './response-head.js';

/** A request as the wire has it. */
export interface Outgoing {
  /** Request line and header fields, in Latin-1, without the length of the body and the empty line. */
  readonly head: string;
  readonly body: Bytes | null;
}

/** Hears of one request and its response. Exactly one of `onEnd` and `onError` comes last. */
export interface ResponseHandler {
  /** The request goes out now: the server may have received it. */
  onSent(): void;
  onHead(head: ResponseHead): void;
  /** What is thrown here breaks the connection and comes back as `onError`. */
  onData(data: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** Who lends connections. */
export interface Lender {
  released(connection: Connection): void;
  lost(connection: Connection): void;
}

/** A body up to here travels in one piece with its header. */
const SMALL = 16_384;
/** How long a connection may wait for its next request, unless the server says less (`Keep-Alive: timeout=n`). */
const IDLE_MS = 4000;
/** A server closes when its time is up; a request that is on its way then is lost. */
const CAUTION_MS = 1000;
const ALIVE_MS = 60_000;
const CONNECT_MS = 10_000;

/** One HTTP/1.1 connection, one request after another. */
export class Connection implements ResponseListener {
  /** Milliseconds since 1970, while nobody uses it. */
  idleUntil = 0;
  private readonly parser = new ResponseParser(this);
  private handler: ResponseHandler | undefined;
  private unsent: Outgoing | undefined;
  private isOpen = false;
  private keepAlive = false;
  /** The body of the request is not all out yet. */
  private pouring = false;
  private idleMs = IDLE_MS;
  private failure: Error | undefined;
  private readonly turns: Turns;

  constructor(
    private readonly socket: Socket,
    ready: 'connect' | 'secureConnect',
    private readonly lender: Lender,
  ) {
    this.turns = new Turns(socket);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, ALIVE_MS);
    const late = () => this.destroy(new Error(`no connection within ${CONNECT_MS} ms`));
    const timer = setTimeout(late, CONNECT_MS).unref();
    socket.once(ready, () => this.connected());
    for (const event of [ready, 'close']) socket.once(event, () => clearTimeout(timer));
    socket.on('data', (chunk: Buffer) => this.onChunk(chunk));
    socket.on('error', (error) => (this.failure ??= error));
    socket.on('close', () => this.onClose());
  }

  get usable(): boolean {
    return !this.socket.destroyed && this.socket.readable && this.idleUntil > Date.now();
  }

  /** Nobody else may be using it. */
  send(request: Outgoing, handler: ResponseHandler): void {
    this.handler = handler;
    if (this.isOpen) this.write(request);
    else this.unsent = request;
  }

  serves(handler: ResponseHandler): boolean {
    return this.handler === handler;
  }

  /** Closes it; whoever waits for a response hears `error`. */
  destroy(error?: Error): void {
    this.failure ??= error;
    this.socket.destroy();
  }

  /** Closes it; whoever waits for a response hears nothing more. */
  abandon(): void {
    this.handler = undefined;
    this.socket.destroy();
  }

  onHead(head: ResponseHead): void {
    this.keepAlive = head.keepAlive;
    const told = /\btimeout=(\d{1,6})/.exec(head.headers['keep-alive'] ?? '');
    if (told) this.idleMs = Math.min(Number(told[1]) * 1000 - CAUTION_MS, IDLE_MS);
    this.handler?.onHead(head);
  }

  onData(data: Buffer): void {
    this.handler?.onData(data);
  }

  onEnd(surplus: boolean): void {
    const { handler, socket } = this;
    this.handler = undefined;
    this.idleUntil = Date.now() + this.idleMs;
    // A response before the whole request is out: the rest of it would be read as the next one.
    if (surplus || !this.keepAlive || this.pouring || socket.writableLength > 0 || socket.destroyed) socket.destroy();
    else this.lender.released(this);
    handler?.onEnd();
  }

  private connected(): void {
    this.isOpen = true;
    if (this.unsent) this.write(this.unsent);
    this.unsent = undefined;
  }

  private write({ head, body }: Outgoing): void {
    const { socket } = this;
    this.handler?.onSent();
    if (!body) socket.write(`${head}\r\n`, 'latin1');
    else if (body instanceof Rope) {
      socket.write(`${head}content-length: ${body.length}\r\n\r\n`, 'latin1');
      this.pouring = true;
      pour(socket, body.parts, () => (this.pouring = false));
    } else if (body.length <= SMALL) {
      socket.write(`${head}content-length: ${body.length}\r\n\r\n${body.toString('latin1')}`, 'latin1');
    } else {
      socket.cork();
      socket.write(`${head}content-length: ${body.length}\r\n\r\n`, 'latin1');
      socket.write(body);
      socket.uncork();
    }
  }

  private onChunk(chunk: Buffer): void {
    this.turns.count(chunk);
    try {
      if (this.handler) this.parser.feed(chunk);
      else this.abandon();
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  private onClose(): void {
    this.lender.lost(this);
    if (!this.handler || (!this.failure && this.parser.close())) return;
    const { handler } = this;
    this.handler = undefined;
    handler.onError(this.failure ?? new Error('closed by the server'));
  }
}
