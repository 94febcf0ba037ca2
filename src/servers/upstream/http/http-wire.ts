import { setTimeout as sleep } from 'node:timers/promises';
import { InFlight } from '../../../shared/in-flight.js';
import type { Bytes } from '../../../shared/rope.js';
import type { StatefulWire, WireListener } from '../wire.js';
import { HttpSession } from './http-session.js';
import type { HttpOrigin } from './origin.js';
import { Post, type PostContext } from './post.js';
import { ServerStream } from './server-stream.js';

/** How long the server may take to accept `notifications/initialized`, before we go on without knowing. */
const ACCEPT_MS = 5000;

/** Streamable HTTP of 2025-03-26 … 2025-11-25 as its client: a POST for each message, a GET for what the server says. */
export class HttpWire implements StatefulWire {
  readonly pid = undefined;

  private readonly posts = new InFlight<number, Post>();
  private context: PostContext | undefined;
  private stream: ServerStream | undefined;

  constructor(private readonly origin: HttpOrigin) {}

  open(listener: WireListener): Promise<void> {
    const session = new HttpSession(this.origin, () => listener.onSessionLost());
    this.context = {
      session,
      listener,
      onFinished: ({ call }) => call !== undefined && this.posts.delete(call),
    };
    return Promise.resolve();
  }

  send(message: Bytes, call?: number): void {
    const post = new Post(this.opened, message, call);
    if (call !== undefined) this.posts.set(call, post);
    post.send();
  }

  abandon(call: number): boolean {
    return this.posts.get(call)?.abandon() ?? true;
  }

  /** Listens before it says so, because servers announce changed lists right after. */
  async initialized(protocolVersion: string, notification: Buffer): Promise<void> {
    const { session, listener } = this.opened;
    session.agree(protocolVersion);
    this.stream?.stop();
    this.stream = new ServerStream(this.origin, {
      headers: () => session.headers,
      onMessage: (message) => void listener.onMessage(message),
      onRefused: () => undefined,
    });
    const timeout = new AbortController();
    const accepted = new Promise<void>((resolve) => {
      new Post({ ...this.opened, onFinished: () => resolve() }, notification, undefined).send();
    });
    await Promise.race([accepted, sleep(ACCEPT_MS, undefined, { signal: timeout.signal }).catch(() => undefined)]);
    timeout.abort();
  }

  async close(): Promise<void> {
    this.stream?.stop();
    for (const post of this.posts.values()) post.abandon();
    await this.context?.session.end();
    this.origin.close();
  }

  private get opened(): PostContext {
    if (!this.context) throw new Error('The wire has not been opened yet');
    return this.context;
  }
}
