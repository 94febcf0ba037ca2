import { Injectable } from '@nestjs/common';

/** What the call log knows of one tool. */
export interface ToolFact {
  readonly calls24h: number;
  readonly avgMs: number | null;
}

type Contributor = (projectId: string, serverId: string) => Promise<ReadonlyMap<string, ToolFact>>;

/** Lets the module that keeps the call log tell how often tools are used; it registers when it starts. */
@Injectable()
export class ToolFacts {
  private contributor: Contributor = () => Promise.resolve(new Map());

  register(contributor: Contributor): void {
    this.contributor = contributor;
  }

  /** By the tool's name. */
  of(projectId: string, serverId: string): Promise<ReadonlyMap<string, ToolFact>> {
    return this.contributor(projectId, serverId);
  }
}
