import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Change } from '../shared/events/index.js';
import { TrustedProxies } from '../shared/http/index.js';
import type { Principal } from './access/principal.js';
import { isFromHere } from './access/origin.js';
import { isGatewayPath, readGatewayPath, type GatewayPath } from './frontends/gateway-path.js';
import { refusals, refuse, type Refusal } from './frontends/refuse.js';
import type { Visit } from './frontends/visit.js';
import { protocolErrorOf } from './relay/failure.js';
import { assemble, type Gateway, type GatewaySources } from './gateway.js';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;
/** How long calls may take that run when the process is asked to stop, ms. */
const DRAIN_MS = 30_000;

/** The door of the MCP gateway: every request to an endpoint, before Express sees it. */
@Injectable()
export class GatewayListener implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly gateway: Gateway;
  private readonly proxies: TrustedProxies;
  private stopping = false;

  constructor(private readonly sources: GatewaySources) {
    this.gateway = assemble(sources);
    this.proxies = new TrustedProxies(sources.config.trustedProxies);
  }

  handles(url: string): boolean {
    return isGatewayPath(url);
  }

  handle(req: IncomingMessage, res: ServerResponse): void {
    const path = readGatewayPath(req.url ?? '');
    if (!path || path.door === 'well-known') return refuse(res, refusals.unknown);
    if (this.stopping && beginsSomething(req, path)) return refuse(res, refusals.stopping);
    if (!isFromHere(req, this.sources.config.publicUrl)) return refuse(res, refusals.foreignOrigin);
    const principal = this.gateway.admission.principal(req, path.project);
    if (!(principal instanceof Promise)) return this.admit(req, res, path, principal);
    principal.then(
      (found) => this.admit(req, res, path, found),
      () => refuse(res, refusals.stopping),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await Promise.all([this.gateway.keys.load(), this.gateway.routes.load()]);
    this.gateway.keeper.start();
    this.gateway.limits.start();
  }

  /** Resolves when the very next request sees the change. */
  async follow(change: Pick<Change, 'topic' | 'projectId'>): Promise<void> {
    await Promise.all([this.gateway.keys.follow(change), this.gateway.routes.follow(change)]);
    this.gateway.keeper.endUnauthorized();
  }

  async onModuleDestroy(): Promise<void> {
    await this.drain();
  }

  /** Takes no more clients, lets calls in flight finish for at most 30 s, then ends every session. */
  async drain(): Promise<void> {
    this.stopping = true;
    const { sessions, keeper, pulse, stateless } = this.gateway;
    const deadline = Date.now() + DRAIN_MS;
    const isCalling = () => stateless.isCalling || [...sessions.all()].some((session) => session.calls.size > 0);
    while (isCalling() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    for (const session of sessions.all()) sessions.end(session, 'the gateway is shutting down');
    stateless.stop();
    keeper.stop();
    pulse.stop();
    await this.gateway.limits.stop();
  }

  private admit(req: IncomingMessage, res: ServerResponse, path: GatewayPath, principal: Principal | undefined): void {
    if (!principal) return refuse(res, refusals.unauthorized);
    const { admission } = this.gateway;
    const endpoint = admission.endpoint(principal, path.project, path.server);
    if (!endpoint) return refuse(res, refusals.unknown);
    const ip = this.proxies.clientIp(req);
    if (!admission.isAllowedFrom(ip, principal)) return refuse(res, refusals.foreignAddress(ip));
    if (!endpoint.enabled) return refuse(res, switchedOff(endpoint.label));
    const { headers } = req;
    const traceparent = headers.traceparent;
    const caller = {
      principal,
      endpoint,
      transport: path.door === 'mcp' ? 'streamable-http' : 'sse',
      ip,
      userAgent: headers['user-agent'] ?? null,
      traceId: typeof traceparent === 'string' ? (TRACEPARENT.exec(traceparent)?.[1] ?? null) : null,
    } as const;
    this.enter({ req, res, path, caller });
  }

  private enter(visit: Visit): void {
    const { mcp, sse } = this.gateway;
    try {
      if (visit.path.door === 'mcp') mcp.handle(visit);
      else if (visit.path.door === 'sse') sse.open(visit);
      else sse.message(visit);
    } catch (error) {
      const { code, message } = protocolErrorOf(error);
      refuse(visit.res, { status: 500, code, message });
    }
  }
}

/** While calls finish, their clients must still be able to answer questions, to cancel and to come back to a stream. */
function beginsSomething({ method, headers }: IncomingMessage, { door }: GatewayPath): boolean {
  if (method === 'GET') return door !== 'mcp' || headers['last-event-id'] === undefined;
  return door === 'mcp' && headers['mcp-session-id'] === undefined;
}

function switchedOff(label: string): Refusal {
  const message =
    label === 'unified'
      ? 'The unified endpoint is switched off in the settings of this project.'
      : `The server "${label}" is switched off, or a secret that it needs is missing.`;
  return { status: 404, message };
}
