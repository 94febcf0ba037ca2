import { Inject, Injectable } from '@nestjs/common';
import { flag, id, named, nullable, type Of, text } from '../../shared/api/index.js';
import { CONFIG, type Config } from '../../shared/config/index.js';
import { Invalid } from '../../shared/errors/index.js';
import { EndpointLister } from '../endpoint-lister.js';
import type { ProjectContext } from '../project-context.js';

/** A URL that MCP clients connect to. */
export const Endpoint = named('Endpoint', {
  endpoint: text('`unified` or the name of a server; its id where it is called `unified` itself.'),
  serverId: nullable(id('null: all servers.')),
  label: text(),
  name: text("Of the entry in a client's configuration."),
  enabled: flag(),
  url: text('Streamable HTTP.'),
  sseUrl: text('HTTP+SSE of 2024, for old clients.'),
});
export type Endpoint = Of<typeof Endpoint>;

const UNIFIED = 'unified';

/** The endpoints of a project, by the address people reach this instance at. */
@Injectable()
export class Endpoints {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly lister: EndpointLister,
  ) {}

  /** The unified one first. */
  async list(project: ProjectContext): Promise<Endpoint[]> {
    const servers = await this.lister.list(project.id);
    return [
      this.at(project, 'unified', {
        endpoint: UNIFIED,
        serverId: null,
        label: 'All servers',
        name: `mcp-orch-${project.slug}`,
        enabled: project.unifiedEnabled,
      }),
      ...servers.map(({ id: serverId, name, enabled }) =>
        this.at(project, `servers/${encodeURIComponent(name)}`, {
          endpoint: name === UNIFIED ? serverId : name,
          serverId,
          label: name,
          name: `mcp-orch-${project.slug}-${name}`,
          enabled,
        }),
      ),
    ];
  }

  /**
   * The endpoint of this name or server id; without one the first that is switched on.
   * @throws Invalid naming the endpoints there are.
   */
  async find(project: ProjectContext, named: string | undefined): Promise<Endpoint> {
    const all = await this.list(project);
    const found = named ? all.find(isNamed(named)) : (all.find(({ enabled }) => enabled) ?? all[0]);
    if (found) return found;
    throw new Invalid({ endpoint: `Name one of these endpoints: ${all.map(({ endpoint }) => endpoint).join(', ')}.` });
  }

  /** Why clients may have trouble with this instance's address; `undefined` when they will not. */
  warning(): string | undefined {
    const { protocol, hostname, origin } = this.config.publicUrl;
    if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
      return `Only clients on this machine reach ${origin}. Set PUBLIC_URL to the address others use.`;
    }
    if (protocol === 'https:') return undefined;
    return `Keys travel unencrypted to ${origin}, and some clients refuse that. Put TLS in front and set PUBLIC_URL to it.`;
  }

  private at(project: ProjectContext, path: string, endpoint: Omit<Endpoint, 'url' | 'sseUrl'>): Endpoint {
    const base = new URL(`/projects/${project.slug}/${path}`, this.config.publicUrl).href;
    return { ...endpoint, url: `${base}/mcp`, sseUrl: `${base}/sse` };
  }
}

function isNamed(named: string): (endpoint: Endpoint) => boolean {
  return ({ endpoint, serverId }) => endpoint === named || serverId === named;
}
