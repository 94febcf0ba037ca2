import type { Change } from '../../shared/events/index.js';
import { compileProject } from './compile.js';
import type { Endpoint, ProjectRoutes } from './endpoint.js';
import { Rebuilds } from './rebuilds.js';
import type { Scope } from './scope.js';
import type { ProjectSource, ServerSource } from './sources.js';

/** Hears that a project was compiled anew; `after` is missing when the project is gone. */
export type RoutesListener = (before: ProjectRoutes | undefined, after: ProjectRoutes | undefined) => void;

/** The snapshot: every project as the gateway sees it, replaced project by project when something changes. */
export class Routes {
  private readonly byId = new Map<string, ProjectRoutes>();
  private readonly bySlug = new Map<string, ProjectRoutes>();
  private readonly rebuilds = new Rebuilds((projectId) => this.rebuild(projectId));
  private readonly listeners: RoutesListener[] = [];

  constructor(
    private readonly projects: ProjectSource,
    private readonly servers: ServerSource,
  ) {}

  load(): Promise<void> {
    return this.rebuilds.ask(null);
  }

  /** Resolves when the snapshot shows the change. */
  async follow({ topic, projectId }: Pick<Change, 'topic' | 'projectId'>): Promise<void> {
    if (topic === 'projects' || topic === 'servers') await this.rebuilds.ask(projectId);
  }

  onChange(listener: RoutesListener): void {
    this.listeners.push(listener);
  }

  /** @param project id or slug. */
  project(project: string): ProjectRoutes | undefined {
    return this.byId.get(project) ?? this.bySlug.get(project);
  }

  /** @param server id or name; without one, the unified endpoint. */
  endpoint(project: string, server: string | null, scope?: Scope): Endpoint | undefined {
    const whole = this.project(project);
    const routes = scope ? whole?.within(scope) : whole;
    return server === null ? routes?.unified : routes?.servers.get(server);
  }

  private async rebuild(projectId: string | null): Promise<void> {
    const [projects, servers] = await Promise.all([
      this.projects.loadProjects(projectId ?? undefined),
      this.servers.load(projectId ?? undefined),
    ]);
    const found = new Set(projects.map((project) => project.id));
    const known = projectId === null ? [...this.byId.keys()] : [projectId];
    for (const id of known) if (!found.has(id)) this.replace(id, undefined);
    for (const project of projects) {
      const own = servers.filter((server) => server.projectId === project.id);
      this.replace(project.id, compileProject(project, own));
    }
  }

  private replace(id: string, after: ProjectRoutes | undefined): void {
    const before = this.byId.get(id);
    if (before && this.bySlug.get(before.slug) === before) this.bySlug.delete(before.slug);
    if (after) {
      this.byId.set(id, after);
      this.bySlug.set(after.slug, after);
    } else {
      this.byId.delete(id);
    }
    for (const listener of this.listeners) listener(before, after);
  }
}
