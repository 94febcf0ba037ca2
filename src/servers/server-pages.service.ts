import { Inject, Injectable } from '@nestjs/common';
import type { ProjectContext } from '../projects/index.js';
import { CONFIG, type Config } from '../shared/config/index.js';
import { CatalogueService } from './catalogue.service.js';
import { argumentRows, valueRows } from './form-rows.js';
import { type McpServer, TRANSPORTS } from './server.entity.js';
import { ServerPolicy } from './server-policy.js';
import { serverView, type ServerView } from './server.view.js';

/** A server with what the person who looks may do to it. */
export interface ServerRow extends ServerView {
  readonly href: string;
  readonly canChange: boolean;
  readonly canCheck: boolean;
}

/** The addresses at which clients reach one server. */
export interface ServerUrls {
  /** Streamable HTTP. */
  readonly url: string;
  /** HTTP+SSE of 2024, for old clients. */
  readonly sseUrl: string;
}

type FormValues = Partial<Record<'transport' | 'args' | 'env' | 'headers', unknown>>;

/** What the pages about servers show. */
@Injectable()
export class ServerPages {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalogue: CatalogueService,
    private readonly policy: ServerPolicy,
  ) {}

  async view(server: McpServer): Promise<ServerView> {
    return serverView(server, (await this.catalogue.toolCounts([server.id])).get(server.id) ?? 0);
  }

  async views(servers: readonly McpServer[]): Promise<ServerView[]> {
    const counts = await this.catalogue.toolCounts(servers.map(({ id }) => id));
    return servers.map((server) => serverView(server, counts.get(server.id) ?? 0));
  }

  row(project: ProjectContext, view: ServerView): ServerRow {
    return {
      ...view,
      href: `/projects/${project.slug}/servers/${view.id}`,
      canChange: this.policy.mayChange(project, view.transport),
      canCheck: project.can('tools.run'),
    };
  }

  list(project: ProjectContext, views: readonly ServerView[]): object {
    return {
      rows: views.map((view) => this.row(project, view)),
      isStarting: views.some(({ status }) => status === 'starting'),
      canAdd: project.can('servers.write'),
      canCheck: project.can('tools.run'),
    };
  }

  /** For the pages of one server. */
  async around(project: ProjectContext, server: McpServer): Promise<{ server: ServerRow }> {
    return { server: this.row(project, await this.view(server)) };
  }

  urls({ slug }: ProjectContext, { name }: Pick<McpServer, 'name'>): ServerUrls {
    const path = `/projects/${slug}/servers/${encodeURIComponent(name)}`;
    const { href } = new URL(path, this.config.publicUrl);
    return { url: `${href}/mcp`, sseUrl: `${href}/sse` };
  }

  /** For a form that was sent: to change `server`, or to add one. */
  async formAround(project: ProjectContext, sent: FormValues, server?: McpServer): Promise<object> {
    if (!server) return this.form(project, sent);
    const around = await this.around(project, server);
    return { ...around, ...this.form(project, { ...around.server, ...sent }) };
  }

  /** For the forms; `given` is what was sent, or what is stored. */
  form(project: ProjectContext, given: FormValues): object {
    const mayStdio = this.policy.mayChange(project, 'stdio');
    const usual = mayStdio ? 'stdio' : 'streamable-http';
    return {
      mayStdio,
      whyNoStdio: this.policy.refusal(project, 'stdio'),
      transport: TRANSPORTS.find((transport) => transport === given.transport) ?? usual,
      argRows: argumentRows(given.args),
      envRows: valueRows(given.env),
      headerRows: valueRows(given.headers),
    };
  }
}
