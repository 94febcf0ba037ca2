import { Injectable } from '@nestjs/common';

/** A server of a project, as far as a client's configuration must know it. */
export interface ServerEndpoint {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

type Lister = (projectId: string) => Promise<readonly ServerEndpoint[]>;

/** Names the servers of a project for the Connect page; the module that owns them registers when it starts. */
@Injectable()
export class EndpointLister {
  private lister: Lister = () => Promise.resolve([]);

  register(lister: Lister): void {
    this.lister = lister;
  }

  list(projectId: string): Promise<readonly ServerEndpoint[]> {
    return this.lister(projectId);
  }
}
