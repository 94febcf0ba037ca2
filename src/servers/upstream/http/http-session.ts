import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpOrigin } from './origin.js';

const GOODBYE_MS = 1000;

export const POST_HEADERS = [
  ...['content-type', 'application/json'],
  ...['accept', 'application/json, text/event-stream'],
];

/** What the server remembers us by (`basic/transports.mdx#session-management`, 2025-11-25), and how it is renewed. */
export class HttpSession {
  /** Undefined: the server keeps none. */
  id: string | undefined;
  /** The registration's own, and those of the session and the protocol version. */
  headers: string[];
  postHeaders: string[];
  readonly initializeHeaders: string[];

  private fresh = true;
  private renewal: Promise<void> | undefined;

  /** @param initialize begins a new session; sends its first message before it returns. */
  constructor(
    readonly origin: HttpOrigin,
    private readonly initialize: () => Promise<void>,
  ) {
    this.headers = origin.headers;
    this.initializeHeaders = this.postHeaders = [...origin.headers, ...POST_HEADERS];
  }

  /** True once for each session: the message that asks is its `initialize`. */
  takeFresh(): boolean {
    const { fresh } = this;
    this.fresh = false;
    return fresh;
  }

  begin(id: string | undefined): void {
    this.id = id;
    this.agree(undefined);
  }

  agree(protocolVersion: string | undefined): void {
    const session = this.id === undefined ? [] : ['mcp-session-id', this.id];
    const version = protocolVersion === undefined ? [] : ['mcp-protocol-version', protocolVersion];
    this.headers = [...this.origin.headers, ...session, ...version];
    this.postHeaders = [...this.headers, ...POST_HEADERS];
  }

  /** Begins a new session in place of the one that the server has lost, once for all who found out. */
  async renew(lost: string): Promise<void> {
    if (!this.renewal) {
      if (this.id !== lost) return;
      this.fresh = true;
      this.renewal = this.initialize().finally(() => (this.renewal = undefined));
    }
    await this.renewal;
  }

  /** Tells the server that it may forget us; one that does not react in time is not waited for. */
  async end(): Promise<void> {
    if (this.id === undefined) return;
    const timeout = new AbortController();
    const answered = new Promise<void>((resolve) => {
      const done = () => resolve();
      const reader = { onEvent: done, onEnd: done, onError: done };
      this.origin.exchange({ method: 'DELETE', headers: this.headers }, reader);
    });
    const late = sleep(GOODBYE_MS, undefined, { signal: timeout.signal }).catch(() => undefined);
    await Promise.race([answered, late]);
    timeout.abort();
  }
}
