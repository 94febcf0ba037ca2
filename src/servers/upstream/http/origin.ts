import type { Budget } from '../../../shared/budget.js';
import type { Bytes } from '../../../shared/rope.js';
import type { UpstreamTarget } from '../link.js';
import { UpstreamError } from '../upstream-error.js';
import type { AddressGuard } from './address-guard.js';
import { Connections } from './client/connections.js';
import { headerText, keptHeaderText, requestLine } from './client/request-head.js';
import { Exchange, type ResponseReader } from './exchange.js';
import { HeldBytes } from './held-bytes.js';

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
  readonly headers: readonly string[];
  /** Further ones, of this request alone. */
  readonly more?: readonly string[];
  readonly body?: Bytes;
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
  private readonly connections: Connections;

  constructor(
    private readonly target: UpstreamTarget,
    guard: AddressGuard,
    private readonly maxBytes: number,
    private readonly budget: Budget,
  ) {
    this.url = new URL(target.url ?? '');
    this.path = this.url.pathname + this.url.search;
    guard.checkLiteral(this.url);
    this.headers = Object.entries(target.headers ?? {})
      .filter(([name]) => !RESERVED.has(name.toLowerCase()))
      .flat();
    this.connections = new Connections(this.url, guard.lookupFor(this.url));
  }

  exchange({ method, path = this.path, headers, more, body }: HttpRequest, reader: ResponseReader): Exchange {
    const held = new HeldBytes(this.budget, this.target.projectId);
    const exchange = new Exchange(reader, this.maxBytes, this.connections, held);
    try {
      const head = requestLine(method, path, this.url.host) + keptHeaderText(headers) + (more ? headerText(more) : '');
      this.connections.send({ head, body: body ?? null }, exchange);
    } catch (error) {
      queueMicrotask(() => exchange.onError(error as Error));
    }
    return exchange;
  }

  /** Breaks what is still open. */
  close(): void {
    this.connections.destroy(new UpstreamError('UPSTREAM_CLOSED', 'The connection was closed.', 'unknown'));
  }
}
