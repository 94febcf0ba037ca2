import { Injectable } from '@nestjs/common';
import type { CurrentUser } from '../../auth/index.js';
import type { ProjectContext } from '../project-context.js';

/** How servers leave a project and come into another; secrets are named only. */
export interface ServerPorter {
  export(projectId: string): Promise<readonly object[]>;
  /**
   * Checks all of them; nothing is stored before the answer is called.
   * @throws Forbidden, Invalid with fields `servers.<name>.<field>`
   */
  plan(project: ProjectContext, servers: readonly unknown[]): Promise<Plan>;
}

export type Plan = (project: ProjectContext, by: CurrentUser) => Promise<readonly { readonly name: string }[]>;

/** Lets the module that owns the servers carry them; it registers when it starts. */
@Injectable()
export class PortableServers {
  private porter: ServerPorter | undefined;

  register(porter: ServerPorter): void {
    this.porter = porter;
  }

  export(projectId: string): Promise<readonly object[]> {
    return this.porter?.export(projectId) ?? Promise.resolve([]);
  }

  plan(project: ProjectContext, servers: readonly unknown[]): Promise<Plan> {
    return this.porter?.plan(project, servers) ?? Promise.resolve(() => Promise.resolve([]));
  }
}
