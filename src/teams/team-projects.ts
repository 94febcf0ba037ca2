import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Transaction } from '../shared/events/index.js';

/** The projects that teams were invited into, by team; a team without an entry is in none. */
type Finder = (manager: EntityManager, teamIds: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;

/** Lets the module that owns projects tell where teams are; it registers when it starts. */
@Injectable()
export class TeamProjects {
  private finder: Finder = () => Promise.resolve(new Map());

  register(finder: Finder): void {
    this.finder = finder;
  }

  of(manager: EntityManager, teamIds: readonly string[]): ReturnType<Finder> {
    return this.finder(manager, teamIds);
  }

  /** Who the team's people are decides who may do what in its projects. @returns their ids */
  async announce(transaction: Transaction, teamId: string): Promise<readonly string[]> {
    const projects = (await this.of(transaction.manager, [teamId])).get(teamId) ?? [];
    for (const projectId of projects) transaction.changed({ topic: 'projects', projectId });
    return projects;
  }
}
