import { Pool } from 'undici';
import type { UpstreamTarget } from '../link.js';
import { UpstreamError } from '../upstream-error.js';
import type { AddressGuard } from './address-guard.js';
import { Exchange, type ResponseReader } from './exchange.js';

const CONNECT_MS = 10_000;

/** Each call holds one for as long as it lasts; more wait for a free one. */
const CONNECTIONS = 256;

/** Ours by protocol, or of the connection: a registration cannot set them. */
const RESERVED = new Set(
  'accept connection content-length content-type host last-event-id mcp-method mcp-name mcp-protocol-version mcp-session-id transfer-encoding'.split(
    ' ',
  ),
);

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query; default that of the registered URL. */
  readonly path?: string;
  /** Names and values in turn, those of `HttpOrigin.headers` among them. */
  readonly headers: string[];
  readonly body?: Buffer;
}

/**
 * The one origin that a target names: kept-alive connections to checked addresses. No request ever goes elsewhere, as
 * redirects are not followed (Security finding 3).
 */
export class HttpOrigin {
  readonly url: URL;
  /** The registration's own, names and values in turn; every request carries them. */
  readonly headers: string[];
  private readonly path: string;
  private readonly pool: Pool;

  constructor(
    target: UpstreamTarget,
    guard: AddressGuard,
    private readonly maxBytes: number,
  ) {
    this.url = new URL(target.url ?? '');
    this.path = this.url.pathname + this.url.search;
    guard.checkLiteral(this.url);
    this.headers = Object.entries(target.headers ?? {})
      .filter(([name]) => !RESERVED.has(name.toLowerCase()))
      .flat();
    this.pool = new Pool(this.url.origin, {
      connections: CONNECTIONS,
      connect: { timeout: CONNECT_MS, lookup: guard.lookupFor(this.url) },
      // The link above has a timer for each call, and streams may be silent for hours.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  exchange(request: HttpRequest, reader: ResponseReader): Exchange {
    const { method, headers, path = this.path, body = null } = request;
    const exchange = new Exchange(reader, this.maxBytes);
    this.pool.dispatch({ method, path, headers, body }, exchange);
    return exchange;
  }

  /** Breaks what is still open. */
  async close(): Promise<void> {
    await this.pool.destroy(new UpstreamError('UPSTREAM_CLOSED', 'The connection was closed.', 'unknown'));
  }
}
