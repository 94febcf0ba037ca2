import { request } from 'node:http';
import { bearer, raw, type Raw } from './harness.js';

const PREFIX = 'io.modelcontextprotocol/';
export const SERVER_INFO = `${PREFIX}serverInfo`;
export const SUBSCRIPTION = `${PREFIX}subscriptionId`;
export const MODERN = '2026-07-28';

const NAMED: Record<string, string> = { 'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri' };

export interface StatelessOptions {
  readonly capabilities?: object;
  /** Beside the protocol's own, or in place of them; `undefined` leaves one out. */
  readonly meta?: Record<string, unknown>;
  readonly headers?: Record<string, string | undefined>;
  readonly id?: string | number;
  readonly onMessage?: (message: Record<string, unknown>) => void;
}

export interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
}

export interface Listening {
  readonly status: number;
  readonly messages: Message[];
  readonly ended: Promise<void>;
  readonly close: () => void;
}

/** A client of 2026-07-28 by hand: every request is complete in itself. */
export class StatelessClient {
  private lastId = 0;

  constructor(
    readonly url: string,
    private readonly key: string,
    private readonly capabilities: object = {},
  ) {}

  request(method: string, params: Record<string, unknown> = {}, options: StatelessOptions = {}): Promise<Raw> {
    const { onMessage, headers = {} } = options;
    const body = this.body(method, params, options);
    const sent = { ...this.headers(method, params), ...headers };
    return raw(this.url, { headers: sent, body, ...(onMessage && { onMessage }) });
  }

  call(name: string, args: object = {}, options: StatelessOptions & { more?: object } = {}): Promise<Raw> {
    return this.request('tools/call', { name, arguments: args, ...options.more }, options);
  }

  /** `subscriptions/listen`, read as it comes. */
  listen(notifications: object, id: string | number): Promise<Listening> {
    const params = { notifications };
    const types = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const headers = { ...this.headers('subscriptions/listen', params), ...types };
    return new Promise((resolve, reject) => {
      const req = request(this.url, { method: 'POST', headers, agent: false }, (res) => {
        const messages: Message[] = [];
        const ended = new Promise<void>((done) => res.on('close', done));
        let text = '';
        res.on('error', () => undefined);
        res.on('data', (part: Buffer) => {
          const blocks = (text + part.toString()).split('\n\n');
          text = blocks.pop() ?? '';
          for (const block of blocks) {
            const data = /^data: (.*)$/m.exec(block)?.[1];
            if (data) messages.push(JSON.parse(data) as Message);
          }
        });
        resolve({ status: res.statusCode ?? 0, messages, ended, close: () => req.destroy() });
      });
      req.on('error', reject);
      req.end(JSON.stringify(this.body('subscriptions/listen', params, { id })));
    });
  }

  headers(method: string, params: Record<string, unknown>): Record<string, string> {
    const name = params[NAMED[method] ?? ''];
    return {
      ...bearer(this.key),
      'mcp-protocol-version': MODERN,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
    };
  }

  body(method: string, params: Record<string, unknown>, { id, capabilities, meta }: StatelessOptions): object {
    const _meta = {
      [`${PREFIX}protocolVersion`]: MODERN,
      [`${PREFIX}clientCapabilities`]: capabilities ?? this.capabilities,
      [`${PREFIX}clientInfo`]: { name: 'by hand', version: '3' },
      ...meta,
    };
    return { jsonrpc: '2.0', id: id ?? ++this.lastId, method, params: { ...params, _meta } };
  }
}
