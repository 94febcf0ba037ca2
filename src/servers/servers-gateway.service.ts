import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { McpPrompt, McpResource, McpTool, ToolState } from './catalogue.entities.js';
import { CatalogueService } from './catalogue.service.js';
import { Debounce } from './debounce.js';
import { McpServer, type Pool, type Transport } from './server.entity.js';
import { ServerChecks } from './server-checks.service.js';
import { ServerSecrets } from './server-secrets.js';
import { handshakeOf } from './server.view.js';
import { type Handshake, UpstreamPool, type UpstreamTarget } from './upstream/index.js';

/** JSON texts as the upstream sent them. */
export interface GatewayEntry {
  readonly definition: string;
}

export interface GatewayTool extends GatewayEntry {
  readonly name: string;
  readonly enabled: boolean;
  readonly state: ToolState;
}

export interface GatewayPrompt extends GatewayEntry {
  readonly name: string;
}

export interface GatewayResource extends GatewayEntry {
  /** A template's is its URI template. */
  readonly uri: string;
}

/** A server as the gateway's snapshot needs it. */
export interface GatewayServer {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  /** Switched on, and nothing is missing that it needs to be reached. */
  readonly enabled: boolean;
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly pool: Pool;
  readonly maxConcurrency: number | null;
  readonly revision: string;
  /** `null`: nobody has reached it yet. */
  readonly handshake: Handshake | null;
  readonly tools: readonly GatewayTool[];
  readonly prompts: readonly GatewayPrompt[];
  readonly resources: readonly GatewayResource[];
  readonly templates: readonly GatewayResource[];
  /** Unseals the secrets: hand it to the pool and keep it nowhere. */
  target(): UpstreamTarget;
}

const LIST_CHANGED = /^notifications\/(?:tools|prompts|resources)\/list_changed$/;
const QUIET_MS = 500;

/** What the gateway compiles its snapshot from. */
@Injectable()
export class ServersGateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly debounce = new Debounce(QUIET_MS);

  constructor(
    @InjectRepository(McpServer) private readonly servers: Repository<McpServer>,
    private readonly catalogue: CatalogueService,
    private readonly checks: ServerChecks,
    private readonly secrets: ServerSecrets,
    private readonly pool: UpstreamPool,
  ) {}

  /** Resumes checks that the last process did not finish, and follows what servers say about their lists. */
  async onApplicationBootstrap(): Promise<void> {
    this.pool.onSharedNotification(({ target }, { method = '' }) => {
      if (LIST_CHANGED.test(method)) this.debounce.run(target.serverId, () => void this.rediscover(target.serverId));
    });
    for (const server of await this.servers.findBy({ status: 'starting' })) void this.checks.start(server);
  }

  /** Every server of the project, or of all projects. */
  async load(projectId?: string): Promise<GatewayServer[]> {
    const servers = await this.servers.find({
      where: projectId === undefined ? {} : { projectId },
      order: { name: 'ASC' },
    });
    const { tools, prompts, resources } = await this.catalogue.all(servers.map(({ id }) => id));
    const [toolsOf, promptsOf, resourcesOf] = [byServer(tools), byServer(prompts), byServer(resources)];
    return servers.map((server) =>
      this.compiled(
        server,
        toolsOf.get(server.id) ?? [],
        promptsOf.get(server.id) ?? [],
        resourcesOf.get(server.id) ?? [],
      ),
    );
  }

  /** Asks the server again what it offers; the snapshot follows when it differs. Never throws. */
  rediscover(serverId: string): Promise<void> {
    return this.checks.again(serverId);
  }

  beforeApplicationShutdown(): void {
    this.debounce.stop();
  }

  private compiled(server: McpServer, tools: McpTool[], prompts: McpPrompt[], resources: McpResource[]): GatewayServer {
    const { id, projectId, name, description, transport, timeoutMs, pool, maxConcurrency } = server;
    const ofKind = (wanted: McpResource['kind']) =>
      resources.filter(({ kind }) => kind === wanted).map(({ uri, definition }) => ({ uri, definition }));
    return {
      ...{ id, projectId, name, description, transport, timeoutMs, pool, maxConcurrency },
      enabled: server.mayConnect(),
      revision: `${server.revision}`,
      handshake: handshakeOf(server),
      tools: tools.map(({ name, definition, enabled, state }) => ({ name, definition, enabled, state })),
      prompts: prompts.map(({ name, definition }) => ({ name, definition })),
      resources: ofKind('resource'),
      templates: ofKind('template'),
      target: () => this.secrets.open(server),
    };
  }
}

function byServer<Row extends { serverId: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.serverId);
    if (group) group.push(row);
    else groups.set(row.serverId, [row]);
  }
  return groups;
}
