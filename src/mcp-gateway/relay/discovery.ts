import type { Endpoint, UnifiedEndpoint } from '../routing/endpoint.js';
import type { Routes } from '../routing/routes.js';
import type { Scope } from '../routing/scope.js';
import type { ServerRecord, ServerSource } from '../routing/sources.js';
import { attempt, type Exchange } from './exchange.js';
import { stringParam } from './params.js';

/** How long a request waits for servers that nobody has reached yet, ms. */
const DEADLINE_MS = 3000;
/** A server that could not be reached is not waited for again for so long, ms. */
const AGAIN_MS = 60_000;

/** Reaches servers whose catalogue is still unknown before the unified endpoint answers for them. */
export class Discovery {
  private readonly tried = new Map<string, { at: number; running: Promise<unknown> | undefined }>();

  constructor(
    private readonly servers: Pick<ServerSource, 'rediscover'>,
    private readonly routes: Pick<Routes, 'endpoint'>,
  ) {}

  /** Goes on with the endpoint when what the request needs is known: at once, nearly always. */
  before(exchange: Exchange, endpoint: UnifiedEndpoint, goOn: (endpoint: UnifiedEndpoint) => void): void {
    const missing = this.needs(exchange, endpoint);
    if (missing.length === 0) return goOn(endpoint);
    this.complete(endpoint, missing, exchange.caller.principal.scope).then(
      (complete) => attempt(exchange, () => goOn(complete)),
      (error: unknown) => exchange.fail(error),
    );
  }

  /** Servers that must be reached first, because nobody knows yet what they offer; a known tool waits for none. */
  private needs(exchange: Exchange, endpoint: UnifiedEndpoint): readonly ServerRecord[] {
    const missing = this.missing(endpoint);
    if (missing.length === 0 || exchange.method !== 'tools/call') return missing;
    return endpoint.tools.has(stringParam(exchange, 'name').value) ? [] : missing;
  }

  /** Servers that are worth waiting for. */
  private missing({ unknown }: UnifiedEndpoint): readonly ServerRecord[] {
    return unknown.length === 0 ? unknown : unknown.filter((server) => this.isWorthTrying(server));
  }

  /** The endpoint after these servers have been asked; as it is, when they take too long. */
  private async complete(
    endpoint: UnifiedEndpoint,
    servers: readonly ServerRecord[],
    scope: Scope | undefined,
  ): Promise<UnifiedEndpoint> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => (timer = setTimeout(resolve, DEADLINE_MS)));
    await Promise.race([deadline, Promise.all(servers.map((server) => this.discover(server)))]);
    clearTimeout(timer);
    const now: Endpoint | undefined = this.routes.endpoint(endpoint.projectId, null, scope);
    return now?.kind === 'unified' ? now : endpoint;
  }

  private isWorthTrying({ id }: ServerRecord): boolean {
    const last = this.tried.get(id);
    if (!last) return true;
    const ago = Date.now() - last.at;
    return last.running ? ago < DEADLINE_MS : ago > AGAIN_MS;
  }

  private discover({ id }: ServerRecord): Promise<unknown> {
    const known = this.tried.get(id)?.running;
    if (known) return known;
    const attempt = { at: Date.now(), running: undefined as Promise<unknown> | undefined };
    attempt.running = this.servers.rediscover(id).then(
      () => (attempt.running = undefined),
      () => (attempt.running = undefined),
    );
    this.tried.set(id, attempt);
    return attempt.running;
  }
}
