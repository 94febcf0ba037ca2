import { Injectable } from '@nestjs/common';

/** What other modules know about a project. */
export interface Facts {
  readonly servers: number;
  readonly calls24h: number;
  /** `null`: no call was ever recorded. */
  readonly lastCallAt: Date | null;
}

/** Answers for all projects asked for at once; a project without an entry has nothing to tell. */
export type FactsContributor = (projectIds: readonly string[]) => Promise<ReadonlyMap<string, Partial<Facts>>>;

/** Lets modules that projects may not import tell what they know about them; they register when they start. */
@Injectable()
export class ProjectFacts {
  static readonly none: Facts = { servers: 0, calls24h: 0, lastCallAt: null };

  private readonly contributors: FactsContributor[] = [];

  register(contributor: FactsContributor): void {
    this.contributors.push(contributor);
  }

  async of(projectIds: readonly string[]): Promise<ReadonlyMap<string, Facts>> {
    if (projectIds.length === 0) return new Map();
    const told = await Promise.all(this.contributors.map((contribute) => contribute(projectIds)));
    return new Map(
      projectIds.map((id) => [id, Object.assign({}, ProjectFacts.none, ...told.map((facts) => facts.get(id)))]),
    );
  }

  async ofOne(projectId: string): Promise<Facts> {
    return (await this.of([projectId])).get(projectId) ?? ProjectFacts.none;
  }
}
