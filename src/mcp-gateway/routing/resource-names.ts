import type { ServerRecord } from './sources.js';
import { matchesTemplate } from './uri-template.js';

/** Scheme of URIs that name the server too; nothing outside this gateway can resolve them. */
const SCHEME = 'mcpo://';

/** What a URI of the unified endpoint stands for. */
export interface ResourceOrigin {
  readonly server: ServerRecord;
  /** As the upstream knows it. */
  readonly uri: string;
}

function repeated(texts: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(texts.filter((text) => seen.size === seen.add(text).size));
}

/**
 * The URIs of a project's servers in one space. A URI stays as it is while one server alone has it; one that several
 * have gets the server's name in front, `mcpo://<server>/<uri>`, which is taken off again on the way back.
 */
export class ResourceNames {
  private readonly owners = new Map<string, ServerRecord>();
  private readonly shared: ReadonlySet<string>;
  private readonly sharedTemplates: ReadonlySet<string>;

  constructor(private readonly servers: readonly ServerRecord[]) {
    this.shared = repeated(servers.flatMap((server) => server.resources.map(({ uri }) => uri)));
    this.sharedTemplates = repeated(servers.flatMap((server) => server.templates.map(({ uri }) => uri)));
    for (const server of servers) {
      for (const { uri } of server.resources) if (!this.owners.has(uri)) this.owners.set(uri, server);
    }
  }

  /** Whether any URI may have to be altered at all. */
  get collide(): boolean {
    return this.shared.size > 0 || this.sharedTemplates.size > 0;
  }

  expose(server: ServerRecord, uri: string): string {
    return this.isShared(uri) ? wrap(server, uri) : uri;
  }

  exposeTemplate(server: ServerRecord, uriTemplate: string): string {
    return this.sharedTemplates.has(uriTemplate) ? wrap(server, uriTemplate) : uriTemplate;
  }

  /** The one server that a URI, or a template, names, lists, or could make of a template. */
  resolve(uri: string): ResourceOrigin | undefined {
    const wrapped = this.unwrap(uri);
    if (wrapped) return wrapped;
    const server = this.owners.get(uri) ?? this.servers.find(({ templates }) => covers(templates, uri));
    return server && { server, uri };
  }

  private unwrap(uri: string): ResourceOrigin | undefined {
    if (!uri.startsWith(SCHEME)) return undefined;
    const slash = uri.indexOf('/', SCHEME.length);
    const name = uri.slice(SCHEME.length, slash);
    const server = this.servers.find((candidate) => candidate.name === name);
    return server && { server, uri: uri.slice(slash + 1) };
  }

  private isShared(uri: string): boolean {
    if (this.shared.has(uri)) return true;
    for (const template of this.sharedTemplates) if (matchesTemplate(template, uri)) return true;
    return false;
  }
}

function covers(templates: ServerRecord['templates'], uri: string): boolean {
  return templates.some((template) => template.uri === uri || matchesTemplate(template.uri, uri));
}

function wrap(server: ServerRecord, uri: string): string {
  return `${SCHEME}${server.name}/${uri}`;
}
